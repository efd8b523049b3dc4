package dev.parley.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Starts Java processes that run what this one was made of. */
public final class Jvm {
  private static final int UNSAFE_WARNS_SINCE = 24;

  private static final boolean BRIEF = "yes".equals(System.getProperty("parley.benchmarks.brief"));

  private Jvm() {}

  /** Whether to show only that a command runs, as {@code --brief} asks for. */
  public static boolean isBrief() {
    return BRIEF;
  }

  /** This process's Java and class path with these options; a main class is to follow. */
  public static List<String> command(String... options) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of(options));
    if (BRIEF) {
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    }
    if (Runtime.version().feature() >= UNSAFE_WARNS_SINCE) {
      command.add("--sun-misc-unsafe-memory-access=allow");
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return command;
  }
}
