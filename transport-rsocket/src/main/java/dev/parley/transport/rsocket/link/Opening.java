package dev.parley.transport.rsocket.link;

/**
 * A link that is about to take a connection over from its handshake. Event loop, but for {@link
 * #abandon}.
 */
public final class Opening {
  private final RSocketLink link;
  private final Runnable start;

  Opening(RSocketLink link, Runnable start) {
    this.link = link;
    this.start = start;
  }

  /** The handler that takes the place of the handshake's in the pipeline. */
  public LinkChannel channel() {
    return link.channel();
  }

  /** Begins, once the handler is in the pipeline. */
  public void start() {
    start.run();
  }

  /** Closes the link, for which nobody waits any more. Idempotent; any thread. */
  public void abandon() {
    link.close(CloseReason.LOCAL).subscribe();
  }
}
