package dev.parley.dht.port;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.NodeKey;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * The only way out of the DHT: requests to other nodes, over links that prove who they are.
 *
 * <p>A node calls these methods on its own thread only, so they must not block.
 */
public interface DhtRpc {
  /**
   * Sends a request. Cold; emits exactly one answer, or errors with {@link DhtRpcException} and
   * nothing else, by the timeout at the latest, on any thread. The contact's addresses are dialled
   * if need be, and the answer counts only if the contact's key was proved. Cancelling stops
   * waiting.
   */
  Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options);

  /** Whether there is an open link; must be cheap. */
  LinkState link(NodeKey key);

  /**
   * A number of the process that an open link leads to: another one after a restart. 0 where there
   * is no link, or the process does not tell.
   */
  default int process(NodeKey key) {
    return 0;
  }

  /**
   * Calls {@code listener} with a node's key after a link to it has opened and after the last one
   * has closed, on any thread; what is the case then, {@link #link} says. One listener, set before
   * the first request.
   */
  void onLinkChange(Consumer<NodeKey> listener);

  /**
   * Says that a link is, or is no longer, one of the table's: such links are closed last when there
   * are too many.
   */
  void keepOpen(NodeKey key, boolean keep);

  /** Whom links are open to, with the address at the other end. */
  List<Contact> links();

  /** Those of the {@link #links()} that this side dialled, so that the address can be dialled. */
  List<Contact> dialled();
}
