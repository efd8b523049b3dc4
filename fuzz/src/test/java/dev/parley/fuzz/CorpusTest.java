package dev.parley.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every decoder with its seeds, with what Jazzer has found before, and with both a little changed.
 * It needs no Jazzer.
 */
class CorpusTest {
  private static final int EDITS = 300;
  private static final long EDITS_NANOS = 150_000_000;

  static List<Decoder> decoders() {
    return AllDecoders.list();
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void holdsWhateverArrives(Decoder decoder) {
    List<byte[]> inputs = Seeds.all(decoder.seeds(), Seeds.corpus(decoder.name()));
    boolean accepted = false;
    for (byte[] input : inputs) {
      accepted |= decoder.run(input);
    }
    assertThat(accepted).as("an input is accepted, so that more than its start is read").isTrue();
    Random random = new Random(decoder.name().hashCode());
    long end = System.nanoTime() + EDITS_NANOS;
    for (int i = 0; i < EDITS && System.nanoTime() - end < 0; i++) {
      decoder.run(edited(inputs.get(i % inputs.size()), random));
    }
    decoder.run(new byte[0]);
  }

  @Test
  void namesAreTold() {
    List<String> names = decoders().stream().map(Decoder::name).toList();
    assertThat(names).doesNotHaveDuplicates();
    assertThat(AllDecoders.named("dht-request, control")).hasSize(2);
    assertThat(names).as("a byte chooses one").hasSizeLessThan(256);
  }

  private static byte[] edited(byte[] good, Random random) {
    byte[] bytes = good.clone();
    for (int n = 1 + random.nextInt(3); n > 0 && bytes.length > 1; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes = Arrays.copyOf(bytes, at);
        case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(99));
        case 2 -> bytes[at] = (byte) random.nextInt(256);
        case 3 -> bytes[at] = (byte) 0xff;
        case 4 -> {
          int length = random.nextInt(bytes.length - at);
          int from = random.nextInt(bytes.length - length);
          System.arraycopy(bytes, from, bytes, at, length);
        }
        default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return bytes;
  }
}
