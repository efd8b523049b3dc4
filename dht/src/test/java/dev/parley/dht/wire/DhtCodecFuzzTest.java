package dev.parley.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Bytes from anew drawn seeds: whatever arrives is refused by the one exception or has one form.
 *
 * <p>{@code -Dparley.fuzz.seconds=N} runs longer than a second, {@code -Dparley.fuzz.seed=N} starts
 * with the seed that a failure has named.
 */
class DhtCodecFuzzTest {
  private static final int MESSAGES_PER_SEED = 200;

  private final DhtCodec codec = DhtCodec.of(Samples.NETWORK);

  @Test
  void refusesOrRepeatsWhateverArrives() {
    long seconds = Long.getLong("parley.fuzz.seconds", 1);
    long seed = Long.getLong("parley.fuzz.seed", System.nanoTime() >>> 8);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    int accepted = 0;
    int refused = 0;
    do {
      try {
        int taken = run(new SplittableRandom(seed));
        accepted += taken;
        refused += MESSAGES_PER_SEED - taken;
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed, t);
      }
      seed++;
    } while (System.nanoTime() - end < 0);

    assertThat(accepted).isPositive();
    assertThat(refused).isPositive();
  }

  private int run(SplittableRandom random) {
    Samples samples = new Samples(random);
    int accepted = 0;
    for (int i = 0; i < MESSAGES_PER_SEED; i++) {
      DhtRequest.Op op = DhtRequest.Op.values()[random.nextInt(DhtRequest.Op.values().length)];
      byte[] bytes =
          switch (i % 3) {
            case 0 -> codec.encode(samples.request(), random.nextInt(65536));
            case 1 -> codec.encode(samples.answer(op));
            default -> samples.listing().toBytes();
          };
      accepted += isTaken(i % 3, op, mutate(bytes, random)) ? 1 : 0;
    }
    return accepted;
  }

  private boolean isTaken(int kind, DhtRequest.Op op, byte[] bytes) {
    byte[] again;
    try {
      again =
          switch (kind) {
            case 0 -> {
              DhtCodec.Received received = codec.decodeRequest(bytes);
              yield codec.encode(received.request(), received.deadlineMillis());
            }
            case 1 -> codec.encode(codec.decodeAnswer(op, bytes));
            default -> AgentListing.decode(Samples.NETWORK, bytes).toBytes();
          };
    } catch (DhtFormatException expected) {
      return false;
    }
    assertThat(again).isEqualTo(bytes);
    return true;
  }

  /** Cuts, extends, flips, overwrites, or moves a part of the bytes over another. */
  private static byte[] mutate(byte[] bytes, SplittableRandom random) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(6)) {
      case 0 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 1 -> {
        return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(2000));
      }
      case 2 -> bytes[at] = (byte) random.nextInt();
      case 3 -> bytes[at] = (byte) 0xff;
      case 4 -> {
        int length = random.nextInt(bytes.length - at);
        System.arraycopy(bytes, random.nextInt(bytes.length - length), bytes, at, length);
      }
      default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }
}
