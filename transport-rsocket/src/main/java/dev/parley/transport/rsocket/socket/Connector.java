package dev.parley.transport.rsocket.socket;

import dev.parley.Address;
import java.util.function.Consumer;
import java.util.function.Supplier;
import reactor.core.Disposable;

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
}
