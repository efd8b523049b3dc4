package dev.parley.spi;

import dev.parley.Address;
import dev.parley.Agent;
import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.AgentResolver.Candidate;
import dev.parley.Handler;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.NetworkId;
import dev.parley.Trail;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What a node is to a {@link Protocol}. What is added to it, is added while the protocol starts;
 * later it is an {@link IllegalStateException}.
 */
public interface Host {
  /** The node's agent; unlike a user's it answers on reserved routes as well. */
  Agent agent();

  /**
   * The node's agent with {@code filter} around each exchange that it begins, inside the filters of
   * the node. It costs the exchanges of others nothing, so there may be one for each call.
   */
  Agent agent(ExchangeFilter filter);

  /**
   * The agent's keys.
   *
   * @throws IllegalStateException if the node was given an id only, as in memory
   */
  Identity identity();

  /**
   * The network that the node is in.
   *
   * @throws IllegalStateException if it was given none, as in memory
   */
  NetworkId network();

  /** The node's links, of which the node is in charge. */
  Links links();

  /** Where the node is to listen, as it was configured: port 0 is not bound yet. */
  List<Address> listen();

  /**
   * What the node must not forget. It forgets all the same where it is not {@linkplain
   * StateStore#isDurable() durable}: a protocol that promises more needs one that is. The node
   * closes it when all protocols have ended.
   */
  StateStore state();

  /** Where pauses end; not to be disposed. */
  Scheduler timer();

  /** The node's monotonic clock in nanoseconds. */
  LongSupplier nanoClock();

  /** Who hears what the node does. */
  NodeListener listener();

  /**
   * Hands what arrives for a reserved route to {@code receiver}, where no handler has it. Nothing
   * is admitted or timed for it: that is then the receiver's.
   *
   * @param route one that starts with {@value Protocol#RESERVED}, or with a {@code *} at its end
   *     all that start so
   */
  void answer(String route, Receiver receiver);

  /**
   * Asks {@code gate} which handler is to have what arrives for a reserved route, where the route
   * has none. What the gate lets in is admitted, timed and counted like what comes on a user's
   * route; signals are dropped.
   *
   * @param route as in {@link #answer(String, Receiver)}
   */
  void answer(String route, Gate gate);

  /** Asks {@code resolver} too, before anything is searched for: it knows at once, or not. */
  void know(AgentResolver resolver);

  /** Searches with {@code resolver} for what those who know at once do not know. */
  void search(AgentResolver resolver);

  /** Puts {@code filter} around all exchanges, outside those that are there. */
  void filter(ExchangeFilter filter);

  /** Tells {@code listener} of links that open and close; of nothing else. */
  void watchLinks(NodeListener listener);

  /** Disposes of {@code resource}, such as a thread, when all else of the node has ended. */
  void disposeLast(Disposable resource);

  /**
   * Decides whether an exchange of a peer's may have a handler. Called on the link's event loop, so
   * it must not block; what it returns is cancelled with the exchange. Thread-safe.
   */
  @FunctionalInterface
  interface Gate {
    /**
     * Emits the handler, of the kind that {@code model} asks for. For a handler of another kind,
     * and for none, the peer is told NO_RECEIVER. Fails with a {@link dev.parley.HandlerFailure} to
     * refuse the exchange; it takes no place of a handler before.
     *
     * @param model REQUEST, STREAM or CHANNEL
     */
    Mono<? extends Handler> admit(Link link, InteractionModel model, Inbound request);
  }

  /** The links of a node, as those see them who use them. Thread-safe. */
  interface Links {
    /** The open link to a peer, or null; does not wait, and is cheap enough for every message. */
    @Nullable Link openLink(AgentId peer);

    /**
     * Gives the open link to a peer, or dials one.
     *
     * <p>Concurrent calls for one peer share one dial. Equal {@code candidates} are subscribed
     * once; of different ones, up to four a dial are united, so that whoever knows an address helps
     * all. Addresses are raced; the winner is the first that proves the peer's key. Cancelling
     * leaves a dial that others wait for alone, and stops it otherwise. Errors with AGENT_NOT_FOUND
     * when there are no candidates, with the resolver's failure when it is a {@link
     * dev.parley.MessagingException}, and with the furthest failure of the race otherwise; nothing
     * of any message has been sent then.
     *
     * @param candidates makes the candidates for a dial, with the trail to record in; has an {@code
     *     equals} where many callers bring the same
     * @param progress is given the trail of the dial that this call started or joined
     */
    Mono<Link> connect(
        AgentId peer,
        Function<Trail.Recorder, Flux<Candidate>> candidates,
        Consumer<Trail.Recorder> progress);

    /** The open links now. */
    Collection<Link> links();

    /**
     * Shows that a peer answers at an address, whether there is a link to it or not; the link that
     * this takes is not kept. Cold; fails as a dial does.
     */
    Mono<Void> check(AgentId peer, Address address);
  }
}
