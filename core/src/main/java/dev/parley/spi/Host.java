package dev.parley.spi;

import dev.parley.Agent;
import dev.parley.Identity;
import dev.parley.NetworkId;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * What a node is to a {@link Protocol}. What is added to it, is added while the protocol starts;
 * later it is an {@link IllegalStateException}.
 */
public interface Host {
  /** The node's agent; unlike a user's it answers on reserved routes as well. */
  Agent agent();

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

  /** The node's links. */
  Transport transport();

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

  /** Searches with {@code resolver} for what those who know at once do not know. */
  void search(AgentResolver resolver);

  /** Puts {@code filter} around all exchanges, outside those that are there. */
  void filter(ExchangeFilter filter);

  /** Tells {@code listener} of links that open and close; of nothing else. */
  void watchLinks(NodeListener listener);

  /** Disposes of {@code resource}, such as a thread, when all else of the node has ended. */
  void disposeLast(Disposable resource);
}
