package dev.parley.testkit;

import dev.parley.spi.StateStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** A store that calls a list durable, and has one fault. */
final class PlantedStore implements StateStore {
  enum Fault {
    NONE,
    FORGETS_ON_REOPENING,
    SWAPS_TWO_RECORDS,
    COMPLETES_BEFORE_IT_HAS_STORED,
    LOSES_WHAT_COMES_DURING_A_COMPACTION,
    COPIES_LATE
  }

  private final Fault fault;
  private final List<byte[]> medium;
  private final StateStore open = StateStore.inMemory();
  private List<byte[]> kept = List.of();

  PlantedStore(Fault fault, List<byte[]> medium) {
    this.fault = fault;
    this.medium = medium;
    if (fault == Fault.FORGETS_ON_REOPENING) {
      medium.clear();
    }
    medium.forEach(record -> open.append(record).subscribe());
  }

  @Override
  public Mono<List<byte[]>> load() {
    return open.load().doOnNext(this::disturb);
  }

  private void disturb(List<byte[]> all) {
    if (fault == Fault.SWAPS_TWO_RECORDS && all.size() > 30) {
      Collections.swap(all, all.size() - 1, all.size() - 2);
    }
  }

  @Override
  public Mono<Void> append(byte[] record) {
    return switch (fault) {
      case COPIES_LATE -> Mono.defer(() -> stored(record));
      case COMPLETES_BEFORE_IT_HAS_STORED -> {
        byte[] copy = record.clone();
        yield open.append(record).doAfterTerminate(() -> medium.add(copy));
      }
      default -> stored(record);
    };
  }

  private Mono<Void> stored(byte[] record) {
    byte[] copy = record.clone();
    return open.append(record).doOnSuccess(v -> medium.add(copy));
  }

  @Override
  public Mono<Void> compact(UnaryOperator<List<byte[]>> fold) {
    return fault == Fault.LOSES_WHAT_COMES_DURING_A_COMPACTION
        ? open.load().map(fold).flatMap(result -> compacted(all -> result))
        : compacted(fold);
  }

  private Mono<Void> compacted(UnaryOperator<List<byte[]>> fold) {
    return open.compact(
            all -> {
              kept = fold.apply(all);
              return kept;
            })
        .doOnSuccess(
            v -> {
              medium.clear();
              medium.addAll(kept);
            });
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public long usedBytes() {
    return open.usedBytes();
  }

  @Override
  public long maxBytes() {
    return open.maxBytes();
  }

  @Override
  public Mono<Void> close() {
    return open.close();
  }

  /** The contract with one of these. */
  abstract static class Planted extends StateStoreContract {
    private final List<byte[]> medium = new ArrayList<>();
    private final Fault fault;

    Planted(Fault fault) {
      this.fault = fault;
    }

    @Override
    protected StateStore open() {
      return new PlantedStore(fault, medium);
    }

    @Override
    protected StateStore afterCrash() {
      return new PlantedStore(fault, new ArrayList<>(medium));
    }
  }
}
