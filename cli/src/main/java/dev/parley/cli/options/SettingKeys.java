package dev.parley.cli.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The keys under which an option may stand in a configuration file, and, as PARLEY_KEY, in the
 * environment.
 *
 * <p>Each option has the key of its command and its name: {@code ping-count}, in the file also as
 * {@code ping: {count: 9}}. Options that mean the same in all commands, or are in one only, also
 * have their name alone: {@code timeout}. Where commands mean different things by one name, that
 * name alone belongs to one of them, so that it never reaches another.
 */
public final class SettingKeys {
  /** The name of the root, whose options have no section. */
  public static final String ROOT = "parley";

  /**
   * {@code parley node --exec} tells a command about its message in PARLEY_CONTENT_TYPE, which must
   * not become an option of a {@code parley send} in there.
   */
  private static final String NOBODY = "";

  /** The command to which a name alone belongs, of names with several meanings. */
  public static final Map<String, String> OWNERS =
      Map.of(
          "content-type", NOBODY,
          "count", "ping",
          "duration", "bench",
          "nodes", "sim",
          "route", "node",
          "warm-up", "bench");

  private SettingKeys() {}

  /** The keys of an option, of which the first wins. */
  public static List<String> of(OptionSpec option) {
    String name = option.longestName().substring(2);
    String command = section(option.command());
    List<String> keys = new ArrayList<>(2);
    if (!command.isEmpty()) {
      keys.add(command + "-" + name);
    }
    if (OWNERS.getOrDefault(name, command).equals(command)) {
      keys.add(name);
    }
    return keys;
  }

  /** {@code send-file}, {@code id-new}; empty for the root. */
  private static String section(CommandSpec command) {
    if (command.name().equals(ROOT)) {
      return "";
    }
    CommandSpec parent = command.parent();
    String above = parent == null ? "" : section(parent);
    return above.isEmpty() ? command.name() : above + "-" + command.name();
  }

  public static String envName(String key) {
    return "PARLEY_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
