package dev.parley.fuzz;

import java.util.Arrays;
import java.util.List;

/**
 * What Jazzer calls: the first byte chooses one of the decoders that the system property {@code
 * parley.fuzz.decoders} names, the others are its input.
 */
public final class FuzzTarget {
  private static final List<Decoder> DECODERS =
      AllDecoders.named(System.getProperty("parley.fuzz.decoders", ""));

  private FuzzTarget() {}

  /** Jazzer's way in. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length > 0) {
      chosen(DECODERS, data).run(Arrays.copyOfRange(data, 1, data.length));
    }
  }

  static Decoder chosen(List<Decoder> decoders, byte[] data) {
    return decoders.get((data[0] & 0xff) % decoders.size());
  }
}
