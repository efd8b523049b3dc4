package dev.parley.node;

import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/** The start of a node: where it fails or is cancelled, no thread, socket or timer is left. */
final class Starting {
  private final Mono<Void> undo;
  private final AtomicBoolean decided = new AtomicBoolean();

  /**
   * @param messengerClosed closes the messenger
   * @param closing disposes of the rest
   */
  Starting(Mono<Void> messengerClosed, Closing closing) {
    this.undo = messengerClosed.doFinally(signal -> closing.finish());
  }

  /** Emits the node unless it is cancelled before. */
  Mono<AgentNode> of(Mono<AgentNode> start) {
    return start
        .filter(node -> decided.compareAndSet(false, true))
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
