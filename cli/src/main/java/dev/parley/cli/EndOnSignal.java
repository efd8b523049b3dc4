package dev.parley.cli;

import dev.parley.node.AgentNode;
import java.time.Duration;

/** Has Ctrl-C tell the peer that nobody waits any more, instead of just going. */
final class EndOnSignal implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static volatile boolean ending;

  private final Thread hook;

  EndOnSignal(AgentNode node) {
    hook =
        new Thread(
            () -> {
              ending = true;
              farewell(node);
            },
            "parley-end");
  }

  /** From now on, until closed. */
  void arm() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether a signal ends this process: what fails now fails for that. */
  static boolean isEnding() {
    return ending;
  }

  private static void farewell(AgentNode node) {
    try {
      node.closeLater().block(LIMIT);
    } catch (RuntimeException e) {
      // Not within the limit: the peer finds out by itself.
    }
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
