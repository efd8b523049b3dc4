package dev.parley.node;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** The start of a node: where it fails or is cancelled, no thread, socket or timer is left. */
final class Starting {
  private final Mono<Void> undo;
  private final AtomicBoolean decided = new AtomicBoolean();

  /**
   * @param transportClosed closes the transport
   * @param closing disposes of the rest
   */
  Starting(Mono<Void> transportClosed, Closing closing) {
    this.undo = transportClosed.doFinally(signal -> closing.finish());
  }

  /** Emits the node unless it is cancelled before; {@code started} goes on with it. */
  Mono<AgentNode> of(Mono<AgentNode> start, Consumer<AgentNode> started) {
    return start
        .filter(node -> decided.compareAndSet(false, true))
        .doOnNext(started)
        // Who has cancelled is told nothing: the start ends with what was undone for it.
        .onErrorResume(
            e ->
                decided.compareAndSet(false, true)
                    ? undo.then(Mono.error(e))
                    : Mono.<AgentNode>never())
        .doOnCancel(
            () -> {
              if (decided.compareAndSet(false, true)) {
                undo.subscribe();
              }
            });
  }
}
