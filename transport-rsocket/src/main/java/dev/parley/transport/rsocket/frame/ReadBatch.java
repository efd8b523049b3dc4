package dev.parley.transport.rsocket.frame;

/**
 * Decides when what a read has brought about is sent before the read is through.
 *
 * <p>With many requests under way between two links, each read brings many answers, and each answer
 * starts the next request. If all of them move in one batch, the two sides take turns: one works
 * while the other waits. In a few batches both work at the same time. In too many, each is a
 * segment and a system call of its own, which costs more than the overlap brings.
 *
 * <p>So a side with requests of its own under way sends in about two batches: after half of them,
 * less 16, and after 16 at least. A side that only answers sends once for each read, and splits
 * only reads of more than 256 frames. A rest that is less than half of what has been handled is not
 * worth a batch of its own and waits for the end of the read.
 *
 * <p>There is one for each event loop ({@link Scratch}), since reads do not overlap there; the link
 * that is being read counts, and resets it at the end of the read. No other thread sees it.
 *
 * <p>What pays for it: 32 B × 64 in docs/performance.md, which had half its rate in one batch, and
 * 10 % of 32 B × 256 for two batches in place of four (decisions 0011 and 0016).
 */
public final class ReadBatch {
  private static final int MIN_FRAMES = 16;
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
  public boolean handled(int frameBytes, int requests, int bytesBehind) {
    frames++;
    bytes += frameBytes;
    if (frames < enough(requests) || bytesBehind < bytes / 2) {
      return false;
    }
    reset();
    return true;
  }

  private static int enough(int requests) {
    return requests == 0 ? ANSWER_FRAMES : Math.max(MIN_FRAMES, requests / 2 - MIN_FRAMES);
  }

  /** All was sent. */
  public void reset() {
    frames = 0;
    bytes = 0;
  }
}
