package dev.parley.transport.rsocket;

/**
 * Decides when what a read has brought about is sent before the read is through. If all that is
 * under way on a link moved in one batch, one side would always wait for the other; in a few
 * batches both work at the same time. Too many of them cost more system calls than they save.
 * Confined to the event loop.
 */
final class ReadBatch {
  /** In so many batches our own requests are to be under way. */
  private static final int BATCHES = 4;

  private static final int MIN_FRAMES = 16;

  /** Who only answers sends what the other side makes of it, and cuts nothing but long reads. */
  private static final int ANSWER_FRAMES = 256;

  private int frames;
  private int bytes;

  /**
   * A frame was handled.
   *
   * @param requests of ours that are under way
   * @param bytesBehind what the read still holds
   * @return whether to send now
   */
  boolean handled(int frameBytes, int requests, int bytesBehind) {
    frames++;
    bytes += frameBytes;
    int enough = requests == 0 ? ANSWER_FRAMES : Math.max(MIN_FRAMES, requests / BATCHES);
    if (frames < enough || bytesBehind < bytes / 2) {
      return false;
    }
    reset();
    return true;
  }

  /** All was sent. */
  void reset() {
    frames = 0;
    bytes = 0;
  }
}
