package dev.parley.transport.rsocket.socket;

import dev.parley.Address;
import reactor.core.publisher.Mono;

/**
 * Where connections come from. {@link Sockets} are those of the machine; a simulation has others,
 * on which everything above runs unchanged.
 */
public interface Wires extends Connector {
  /** Listens; emits the address with the port that was bound. */
  Mono<Address> bind(Address address, Sockets.Accepting accepting);

  /** Tasks that wait for the event loops. */
  int pendingTasks();

  /** Stops listening. */
  Mono<Void> unbind();

  /** Resets what is left of connections, and gives back what it has of the machine. */
  Mono<Void> dispose();
}
