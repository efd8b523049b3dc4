package dev.parley.spi;

import dev.parley.AgentId;
import dev.parley.LinkPath;
import dev.parley.Message;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An open, authenticated connection to one peer, over which both sides may ask and answer.
 *
 * <p>Thread-safe. All publishers are cold; each subscription is one interaction. They fail with
 * {@link dev.parley.MessagingException} only, whose {@code executed} says truthfully whether the
 * peer's handler can have run; cancelling one cancels the peer's handler. Signals come on the
 * link's event loop. When the link is lost, every running interaction fails once with {@link
 * dev.parley.FailureCode#CONNECTION_LOST}.
 */
public interface Link {
  /** The peer: the key that the handshake proved. */
  AgentId peer();

  /** How the link reaches the peer. */
  LinkPath path();

  /** The feature bits that both ends have: those of the protocols that both speak. */
  long features();

  /**
   * 32 bytes that name this link, the same at both ends and never of another link: what a signature
   * that is to count on this link only is made over. No secret.
   */
  byte[] binding();

  /** Whether new interactions may start: it is neither closed nor draining. */
  boolean isOpen();

  /** One message, one answer; never empty. */
  Mono<Message> requestResponse(Outbound request);

  /** One message, no answer; completes when it is handed to the connection. */
  Mono<Void> fireAndForget(Outbound request);

  /** One message, many answers; demand reaches the peer. */
  Flux<Message> requestStream(Outbound request);

  /**
   * Many messages both ways; {@code first} opens the channel and {@code rest} follows it, and is
   * not subscribed before the peer asks for it. When the answers end, so does the channel: what is
   * left of {@code rest} is cancelled.
   */
  Flux<Message> requestChannel(Outbound first, Publisher<Message> rest);

  /** Measures the round trip; errors with CONNECTION_LOST when the link ends first. */
  Mono<Duration> ping();

  /** Counters of this link, read at any time from any thread. */
  Stats stats();

  /**
   * Stops new interactions, lets running ones finish, then closes; idempotent. Cold; completes when
   * the link is gone, never errors.
   */
  Mono<Void> closeGracefully(Duration limit);

  /** Completes when the link is gone; never errors. */
  Mono<Void> onClose();

  /**
   * What went over a link so far.
   *
   * @param recordsSealed records sent
   * @param recordsOpened records received
   * @param bytesSealed bytes of plaintext that were sealed
   * @param bytesOpened bytes of plaintext that were opened
   * @param wireBytesOut bytes written to the connection, handshake included
   * @param wireBytesIn bytes read from the connection, handshake included
   * @param pendingBytes bytes that wait to be written now
   * @param messagesOut requests, answers, items and signals sent, the DHT's included
   * @param messagesIn the same, received
   */
  record Stats(
      long recordsSealed,
      long recordsOpened,
      long bytesSealed,
      long bytesOpened,
      long wireBytesOut,
      long wireBytesIn,
      long pendingBytes,
      long messagesOut,
      long messagesIn) {
    /** Of a link that does not count messages. */
    public Stats(
        long recordsSealed,
        long recordsOpened,
        long bytesSealed,
        long bytesOpened,
        long wireBytesOut,
        long wireBytesIn,
        long pendingBytes) {
      this(
          recordsSealed,
          recordsOpened,
          bytesSealed,
          bytesOpened,
          wireBytesOut,
          wireBytesIn,
          pendingBytes,
          0,
          0);
    }
  }

  /**
   * Decides who may have a link with this node, in either direction.
   *
   * <p>Called on event loops, by many threads, so it must not block: what takes time goes into the
   * {@code Mono} that {@link #arriving} returns. What it throws or fails with refuses the peer, and
   * is logged at warn once a minute.
   */
  interface Admission {
    /** How long a decision may take; after that the peer is told {@link Verdict#BUSY}. */
    Duration PATIENCE = Duration.ofSeconds(2);

    /** How many decisions may be waited for at once; one more is {@link Verdict#BUSY}. */
    int MAX_WAITING = 1024;

    /**
     * Decides about a connection of which only the address is known, before anything is computed
     * for it; must be quick. Everybody may go on to the handshake unless overridden.
     */
    default Verdict connecting(InetAddress from) {
      return Verdict.ACCEPT;
    }

    /**
     * Decides about an agent: one that dialled and has proved its key, and is told READY once it is
     * accepted; or one that this node is about to dial. Cold; an empty one refuses. Subscribed on
     * an event loop, and cancelled after {@link #PATIENCE}.
     */
    Mono<Verdict> arriving(Arrival arrival);

    /**
     * Emits anything when the rules have changed: then {@link #arriving} is asked again for each
     * open link, and links that are no longer accepted take nothing new, finish what runs on them
     * within five seconds, and close. Cold; never unless overridden.
     */
    default Flux<?> changes() {
      return Flux.never();
    }

    /** Accepts everybody. */
    static Admission everybody() {
      return Everybody.INSTANCE;
    }

    /**
     * Who is to have a link.
     *
     * @param peer the agent; it has proved its key, or is about to be dialled
     * @param address the IP address at the other end; null where that is a name, or no IP
     * @param dialled whether this node dials, or has dialled
     * @param suite the name of the cipher suite; null before a dial
     * @param credentials what the peer presented in the handshake, read-only; empty if nothing
     */
    record Arrival(
        AgentId peer,
        @Nullable InetAddress address,
        boolean dialled,
        @Nullable String suite,
        ByteBuffer credentials) {
      /** Makes the credentials read-only. */
      public Arrival {
        credentials = credentials.asReadOnlyBuffer();
      }
    }

    /** What becomes of a peer. */
    enum Verdict {
      /** It is let in. */
      ACCEPT,
      /** It is told that it is not let in: its sends fail as UNAUTHORIZED. */
      DENY,
      /** It is told to come back later: its sends fail as OVERLOADED. */
      BUSY,
      /** It is told nothing, and its connection is reset. */
      IGNORE
    }
  }
}
