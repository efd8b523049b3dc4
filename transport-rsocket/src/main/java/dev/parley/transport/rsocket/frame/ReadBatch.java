package dev.parley.transport.rsocket.frame;

/**
 * Decides when what a read has brought about is sent before the read is through. If all that is
 * under way on a link moved in one batch, one side would always wait for the other; in a few
 * batches both work at the same time. Too many of them cost more system calls than they save.
 * Confined to the event loop.
 */
public final class ReadBatch {
  /** Fewer are not worth their system calls. */
  private static final int MIN_FRAMES = 16;

  /** Who only answers sends what the other side makes of it, and cuts nothing but long reads. */
  private static final int ANSWER_FRAMES = 256;

  private int frames;
  private int bytes;

  @SuppressWarnings("unused") // written, so that what it was read from is read
  private int prefetched;

  /**
   * A frame was handled.
   *
   * @param requests of ours that are under way
   * @param bytesBehind what the read still holds
   * @return whether to send now
   */
  public boolean handled(int frameBytes, int requests, int bytesBehind) {
    frames++;
    bytes += frameBytes;
    if (frames < enough(requests) || bytesBehind < bytes / 2) {
      return false;
    }
    reset();
    return true;
  }

  /** Many requests are to be under way in two batches or a little more, few in up to four. */
  private static int enough(int requests) {
    return requests == 0 ? ANSWER_FRAMES : Math.max(MIN_FRAMES, requests / 2 - MIN_FRAMES);
  }

  /** Takes what came of {@code LinkChannel.prefetch()}. */
  public void prefetched(int value) {
    prefetched = value;
  }

  /** All was sent. */
  public void reset() {
    frames = 0;
    bytes = 0;
  }
}
