package dev.parley.benchmarks.peers;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A client that is connected to an {@link EchoServer}. Requests may come from any thread. */
public interface EchoClient extends AutoCloseable {
  /** The connection's transport, so that a run can say what it compared. */
  String transport();

  /** Sends the data that the client was made with, and tells the reply what comes back. */
  void request(Reply reply);

  /** Items of the data's size without end, for peers that have streams with demand. */
  default Publisher<?> stream() {
    throw new UnsupportedOperationException("no streams");
  }

  /** The bytes of a stream's item, which this call takes over. */
  default int take(Object item) {
    throw new UnsupportedOperationException("no streams");
  }

  /**
   * Connects anew as the caller {@code slot}, sends, and waits for the answer: handshake included.
   * One call at a time for each slot.
   */
  default void first(int slot, Reply reply) {
    throw new UnsupportedOperationException("no first requests");
  }

  /** Ends the connection of {@link #first}, so that the next one is a first again. */
  default Mono<Void> disconnect(int slot) {
    throw new UnsupportedOperationException("no first requests");
  }

  @Override
  void close();
}
