package dev.parley.observability;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build of Parley runs. Immutable.
 *
 * @param version the version of the artifact, such as {@code 0.1.0}
 * @param commit the commit that it was built from, or {@code unknown} where the build was not told
 *     ({@code -Dparley.commit=...})
 */
public record BuildInfo(String version, String commit) {
  private static final BuildInfo CURRENT = read();

  /** The one that runs. */
  public static BuildInfo current() {
    return CURRENT;
  }

  private static BuildInfo read() {
    Properties build = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuildInfo(known(build, "version"), known(build, "commit"));
  }

  private static String known(Properties build, String key) {
    String value = build.getProperty(key, "").strip();
    return value.isEmpty() || value.startsWith("$") ? "unknown" : value;
  }
}
