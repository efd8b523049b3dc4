package dev.parley.carrier;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.shares.Shares;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Opens links over one kind of network: it dials one address at a time and proves the peer's key
 * there, accepts links where it listens, and hands both over. What links there are, which of them
 * stays, and when to dial again is not its business but that of {@link dev.parley.links.Links}.
 *
 * <p>Thread-safe. The life of a carrier: {@link #start}, then {@link #dial} at any time; {@link
 * #stopListening}, after which it accepts nothing; then {@link #close}, once, after all its links
 * were closed.
 */
public interface Carrier {
  /** The schemes of the addresses that it dials; the same at all times, not empty. */
  Set<Address.Scheme> schemes();

  /** Whether it can dial such an address: unless overridden, by its scheme. Cheap. */
  default boolean carries(Address address) {
    return schemes().contains(address.scheme());
  }

  /** Where it is configured to listen; nowhere unless overridden. */
  default List<Address> listen() {
    return List.of();
  }

  /**
   * Starts to listen where it is configured to, which may be nowhere. Cold; emits the addresses
   * with the ports that were bound; errors when one cannot be bound. Once only.
   */
  Mono<List<Address>> start(Host host);

  /**
   * Dials one address. Cold; emits a link over which interactions may go at once, or fails with a
   * {@link dev.parley.MessagingException} whose phase tells how far it came. Cancelling abandons
   * the attempt; a link that is there by then is closed. The time that an attempt may take is the
   * carrier's to bound.
   *
   * @param peer the agent whose key is to be proved
   * @param address where, one that it {@linkplain #carries carries}
   * @param check whether the dial only checks the address; see {@link CarriedLink#isCheck()}
   * @param progress hears how the attempt goes
   */
  Mono<CarriedLink> dial(AgentId peer, Address address, boolean check, DialProgress progress);

  /** Accepts no more links. Cold, idempotent; never errors. */
  Mono<Void> stopListening();

  /** Releases what it holds. Cold, idempotent; completes when all is released, never errors. */
  Mono<Void> close();

  /** Hears how a dial goes; on any thread, in order. */
  interface DialProgress {
    /** The peer's address answered; what follows proves who is there. */
    void connected();

    /** The dial failed; {@code outcome} is one of few words. Called before the error is emitted. */
    void failed(String outcome);
  }

  /** To whom a carrier hands its links. Called on any thread; never blocks. */
  interface Host {
    /** Who takes what the peer sends over a link; asked once for each, before anything comes. */
    Receiver receiver(CarriedLink link);

    /** The bytes that the node holds for its peers, of which a link's are taken. */
    Shares memory();

    /** Why a peer that has just proved its key is not let in, or null if it is. */
    @Nullable LinkEnd refusal(AgentId peer, InstanceId instance);

    /** Who is let in; never fails, and each decision comes within a bounded time. */
    default Link.Admission admission() {
      return Link.Admission.everybody();
    }

    /** A link that a peer dialled is there, and interactions may go over it. */
    void accepted(CarriedLink link);

    /** A link takes no new interactions; they must go elsewhere. */
    void closing(CarriedLink link);

    /**
     * The peer owes answers and gives no sign of life, though it was asked for one: new
     * interactions had better go elsewhere. Told again, with {@code false}, when it does.
     */
    void suspect(CarriedLink link, boolean silent);

    /**
     * A link is gone; told once for each link that was emitted or accepted.
     *
     * @param reason one of few words
     * @param isOrderly whether a side closed on purpose, rather than because something went wrong
     */
    void closed(CarriedLink link, String reason, boolean isOrderly);
  }
}
