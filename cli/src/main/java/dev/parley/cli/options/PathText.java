package dev.parley.cli.options;

import dev.parley.LinkPath;
import java.util.Locale;

/** A link's path, for people. */
public final class PathText {
  private PathText() {}

  /** {@code tcp 127.0.0.1:7400, Noise_XK…, post-quantum}. */
  public static String of(LinkPath path) {
    return String.format(
        Locale.ROOT,
        "%s %s, %s%s",
        path.kind(),
        path.remote(),
        path.suite(),
        path.postQuantum() ? ", post-quantum" : "");
  }
}
