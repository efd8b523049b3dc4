package dev.parley.node.state;

import dev.parley.links.DroppedErrors;
import dev.parley.spi.StateStoreException;
import dev.parley.spi.StateStoreException.Reason;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** One operation on the file, and its subscriber. One that throws harms nobody else. */
abstract class Turn<T> {
  private static final Logger log = LoggerFactory.getLogger(Turn.class);

  private @Nullable MonoSink<T> sink; // written before the turn is shared
  private volatile boolean isCancelled;

  /** Cold: each subscription adds a turn. Cancelling gives up the signal only. */
  static <T> Mono<T> mono(Turns turns, Supplier<Turn<T>> made) {
    return Mono.<T>create(
            sink -> {
              Turn<T> turn = made.get();
              turn.sink = sink.onCancel(() -> turn.isCancelled = true);
              turns.add(turn);
            })
        .contextWrite(DroppedErrors::addTo);
  }

  /** An append: several that wait make one batch. */
  static final class Append extends Turn<Void> {
    final byte[] record;
    boolean fits; // set in turn

    Append(byte[] record) {
      this.record = record;
    }

    @Override
    int bytes() {
      return StateFormat.size(record);
    }
  }

  /** Any other operation, which stands alone. */
  static final class Step<T> extends Turn<T> {
    private final Work<T> work;
    private final boolean closes;

    /** What it does. */
    interface Work<T> {
      @Nullable T run() throws IOException;
    }

    Step(Work<T> work, boolean closes) {
      this.work = work;
      this.closes = closes;
    }

    /** Does it, and tells the subscriber. */
    void run() {
      @Nullable T value;
      try {
        value = work.run();
      } catch (IOException e) {
        fail(new StateStoreException(Reason.IO, "the state file: " + e, e));
        return;
      } catch (RuntimeException | Error e) { // also what a caller's function throws
        fail(e);
        return;
      }
      succeed(value);
    }

    @Override
    boolean isClose() {
      return closes;
    }
  }

  /** How much of the bound for what waits it takes. */
  int bytes() {
    return 0;
  }

  boolean isClose() {
    return false;
  }

  final void succeed(@Nullable T value) {
    signal(to -> to.success(value));
  }

  final void fail(Throwable failure) {
    signal(to -> to.error(failure));
  }

  private void signal(Consumer<MonoSink<T>> signal) {
    MonoSink<T> to = sink;
    if (to == null || isCancelled) {
      return;
    }
    try {
      signal.accept(to);
    } catch (RuntimeException | Error e) {
      log.warn("a subscriber to an operation on the state file threw", e);
    }
  }
}
