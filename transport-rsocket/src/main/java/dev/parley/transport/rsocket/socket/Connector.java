package dev.parley.transport.rsocket.socket;

import dev.parley.Address;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Makes the connections on which handshakes are dialled. */
@FunctionalInterface
public interface Connector {
  /**
   * Connects. Disposing what it returns abandons the connection, until a link has taken it over.
   *
   * @param handler makes the handler, which is told when the connection is there
   * @param failed is told, once, when it cannot be made
   */
  Disposable connect(
      Address address, Supplier<HandshakeHandler> handler, Consumer<Throwable> failed);

  /**
   * What connects to each of the places that an address stands for, in the order in which they are
   * to be tried: several where it is a name, one unless overridden. Cold; errors where the name is
   * not known.
   */
  default Mono<List<Connector>> places(Address address) {
    return Mono.just(List.of(this));
  }

  /** Completes after a time, on a thread that dials may begin on; at once unless overridden. */
  default Mono<Void> pause(Duration time) {
    return Mono.empty();
  }
}
