package dev.parley.delegation;

import dev.parley.spi.StateStore;
import java.util.List;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** A store that a node's end leaves open, as a file outlives a process. */
record Unclosed(StateStore store) implements StateStore {
  @Override
  public Mono<List<byte[]>> load() {
    return store.load();
  }

  @Override
  public Mono<Void> append(byte[] record) {
    return store.append(record);
  }

  @Override
  public Mono<Void> compact(UnaryOperator<List<byte[]>> fold) {
    return store.compact(fold);
  }

  @Override
  public boolean isDurable() {
    return store.isDurable();
  }

  @Override
  public long usedBytes() {
    return store.usedBytes();
  }

  @Override
  public long maxBytes() {
    return store.maxBytes();
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}
