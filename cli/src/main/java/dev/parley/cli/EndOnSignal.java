package dev.parley.cli;

import dev.parley.node.AgentNode;
import java.time.Duration;

/** Has Ctrl-C tell the peer that nobody waits any more, instead of just going. */
final class EndOnSignal implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Thread hook;

  EndOnSignal(AgentNode node) {
    hook = new Thread(() -> node.closeLater().block(LIMIT), "parley-end");
  }

  /** From now on. */
  void arm() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // It is the hook that ended the command; it needs no removal.
    }
  }
}
