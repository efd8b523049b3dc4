package dev.parley.transport.rsocket.guard;

import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import java.util.List;

/** Frames, past the guard, into rsocket-core. */
public final class GuardDecoders {
  private GuardDecoders() {}

  /**
   * Whatever a peer sends, what the guard lets through neither makes rsocket-core throw, nor log a
   * warning or an error, nor leak a buffer; and the guard itself fails with a {@link
   * FrameViolation} only.
   */
  public static List<Decoder> list() {
    return List.of(
        Decoder.of(
                "guard",
                FrameViolation.class,
                Seeds.all(Seeds.random(10, 100), Seeds.random(40, 4_000)),
                in -> {
                  try (LogCapture log = new LogCapture()) {
                    new GuardRun(in).run();
                    log.assertSilent();
                  }
                })
            .allocating(16 << 20, 10_000));
  }
}
