package dev.parley;

import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * An agent that talks to others: what a service is written against. A node is one; the test kit's
 * network in memory gives one for tests without sockets.
 *
 * <p>Thread-safe. Delivery is at most once: a message is sent again by itself only where nothing of
 * it had left this process. Order is not kept between messages. Publishers are cold unless said,
 * fail with {@link MessagingException} only, and signal on the link's event loop, which must not be
 * blocked, on one of a few threads for timeouts when a deadline passes, or on the thread that
 * closes. A closed agent fails all that is asked of it as SHUT_DOWN. A peer that is this agent
 * itself is an {@link IllegalArgumentException}.
 *
 * <p>The methods stand in the order in which one comes to need them.
 */
public interface Agent {
  /** How often {@link #presence(AgentId)} checks. */
  Duration DEFAULT_PRESENCE_INTERVAL = Duration.ofSeconds(15);

  /** To how many agents {@link #signalAll(Collection, Message, SendOptions)} connects at a time. */
  int SIGNALS_AT_A_TIME = 256;

  /** Who it is. */
  AgentId id();

  /** {@link #send(AgentId, Message, SendOptions)} with the default route and a timeout of 60 s. */
  default Mono<Message> send(AgentId peer, Message message) {
    return send(peer, message, SendOptions.defaults());
  }

  /**
   * Sends a message and emits its answer.
   *
   * <p>Each subscription that requests sends once. It emits exactly one answer or fails, at the
   * latest one timer tick (10 ms) after the timeout. Cancelling cancels the peer's handler.
   */
  Mono<Message> send(AgentId peer, Message message, SendOptions options);

  /** {@link #sendNow(AgentId, Message, SendOptions)} with the default route. */
  default Message sendNow(AgentId peer, Message message, Duration timeout) {
    return sendNow(peer, message, SendOptions.timeout(timeout));
  }

  /**
   * Sends a message and waits for its answer: the blocking twin of {@code send}.
   *
   * @throws MessagingException if it fails
   * @throws IllegalStateException on a thread that must not block, such as an event loop
   */
  default Message sendNow(AgentId peer, Message message, SendOptions options) {
    if (Schedulers.isInNonBlockingThread()) {
      throw new IllegalStateException(
          "sendNow() blocks, and thread "
              + Thread.currentThread().getName()
              + " must not; use send()");
    }
    return Objects.requireNonNull(send(peer, message, options).block());
  }

  /** {@link #receive(String, Handler.Messages)} for the default route. */
  default Disposable receive(Handler.Messages handler) {
    return receive("", handler);
  }

  /**
   * Answers the messages of a route from now on, in the place of an earlier handler; empty is the
   * default route, which takes no messages for other routes.
   *
   * @return takes the handler away again, unless another has taken its place; messages that are
   *     with it run on
   * @throws IllegalArgumentException for a route over 255 bytes, or one that starts with {@code
   *     parley.}: those are ours
   */
  Disposable receive(String route, Handler.Messages handler);

  /** {@link #signal(AgentId, Message, SendOptions)} with the default route and 60 s. */
  default Mono<Void> signal(AgentId peer, Message message) {
    return signal(peer, message, SendOptions.defaults());
  }

  /**
   * Sends a message that has no answer, at most once.
   *
   * <p>Each subscription signals once. It completes when the message is handed to an open link,
   * which says nothing of its arrival, or fails with {@code executed} NO, at the latest one timer
   * tick (10 ms) after the timeout. While the link has too much to write, it waits.
   */
  Mono<Void> signal(AgentId peer, Message message, SendOptions options);

  /** {@link #signalAll(Collection, Message, SendOptions)} with the default route and 60 s each. */
  default Flux<SignalResult> signalAll(Collection<AgentId> peers, Message message) {
    return signalAll(peers, message, SendOptions.defaults());
  }

  /**
   * Signals many agents, each once, and emits what became of each as it is known; never an error.
   *
   * <p>Those with an open link come first, so that none of them waits for a dial; the others are
   * connected to, {@value #SIGNALS_AT_A_TIME} at a time. The timeout counts for each by itself,
   * from its own start.
   */
  Flux<SignalResult> signalAll(Collection<AgentId> peers, Message message, SendOptions options);

  /** Takes the signals of a route from now on; in all else as {@link #receive}. */
  Disposable receiveSignals(String route, Handler.Signals handler);

  /**
   * {@link #stream(AgentId, Message, StreamOptions)} with the default route, 60 s to open, and no
   * bound on how long it runs.
   */
  default Flux<Message> stream(AgentId peer, Message request) {
    return stream(peer, request, StreamOptions.defaults());
  }

  /**
   * Asks a peer for many items.
   *
   * <p>Each subscription opens a stream. The subscriber's demand reaches the peer's handler, which
   * is asked for a window of items at most ahead of what is taken; cancelling cancels the handler.
   * It fails after the items that came, with {@code executed} YES where any came.
   */
  Flux<Message> stream(AgentId peer, Message request, StreamOptions options);

  /** Answers the streams of a route from now on; in all else as {@link #receive}. */
  Disposable receiveStreams(String route, Handler.Streams handler);

  /** {@link #channel(AgentId, Message, Publisher, StreamOptions)} with the defaults. */
  default Flux<Message> channel(AgentId peer, Message opening, Publisher<Message> items) {
    return channel(peer, opening, items, StreamOptions.defaults());
  }

  /**
   * Exchanges many items with a peer: sends {@code opening}, then {@code items} as the peer's
   * handler asks for them, and emits what it answers.
   *
   * <p>Like {@link #stream(AgentId, Message, StreamOptions)}; each subscription opens a channel and
   * subscribes to {@code items} at most once. When the answers end, the channel ends, and {@code
   * items} is cancelled. When {@code items} fails, the channel fails with that error as it is, of
   * which the peer learns nothing but that the channel was given up.
   */
  Flux<Message> channel(
      AgentId peer, Message opening, Publisher<Message> items, StreamOptions options);

  /** Answers the channels of a route from now on; in all else as {@link #receive}. */
  Disposable receiveChannels(String route, Handler.Channels handler);

  /** Measures the round trip to a peer, connecting first where there is no link. */
  Mono<Pong> ping(AgentId peer, Duration timeout);

  /** {@link #presence(AgentId, Duration)}, checked every 15 s. */
  default Flux<Presence> presence(AgentId peer) {
    return presence(peer, DEFAULT_PRESENCE_INTERVAL);
  }

  /**
   * Tells whether a peer is online, and each change of it.
   *
   * <p>Hot: all who watch a peer at the same interval share one heartbeat, which runs while there
   * is a subscriber. It begins with the state that is known, else with the first check. A check is
   * a ping, connecting where there is no link, with a timeout of the interval, at most 10 s; one
   * follows at once when the link is lost. A slow subscriber misses what is out of date. It
   * completes when this agent drains or closes, and fails as OVERLOADED beyond {@code
   * maxWatchedPeers}.
   *
   * @param interval how often the peer is checked: 100 ms to 1 day
   * @throws IllegalArgumentException if the interval is out of range
   */
  Flux<Presence> presence(AgentId peer, Duration interval);

  /**
   * Where a peer is said to be found, as the resolvers come upon it, without dialling; completes
   * empty where none knows it. A send needs no resolve before it.
   */
  Flux<PeerAddress> resolve(AgentId peer);

  /**
   * What became of a signal to one of many.
   *
   * @param peer who it was for
   * @param failure why it was not sent; null where it was
   * @param took how long that took
   */
  record SignalResult(AgentId peer, @Nullable MessagingException failure, Duration took) {
    /** Whether it was handed to an open link. Whether it arrived nobody knows. */
    public boolean isSent() {
      return failure == null;
    }
  }
}
