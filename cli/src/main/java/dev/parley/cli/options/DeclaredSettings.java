package dev.parley.cli.options;

import dev.parley.cli.output.CliException;
import dev.parley.dht.DhtOptions;
import dev.parley.file.FileOptions;
import dev.parley.node.NodeLimits;
import dev.parley.observability.http.HttpOptions;
import dev.parley.settings.Declaration;
import dev.parley.settings.SettingGroup;
import dev.parley.transport.rsocket.TransportOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The settings that modules declare, as keys of the configuration file: {@code transport: {limits:
 * {maxConnections: 200}}}, {@code transport.limits.maxConnections}, or in the environment {@code
 * PARLEY_TRANSPORT_LIMITS_MAXCONNECTIONS}.
 */
public final class DeclaredSettings {
  private static final String VARIABLE = "PARLEY_";

  /** Those of a node. */
  public static final DeclaredSettings OF_NODE =
      of(
          NodeLimits.builder(),
          TransportOptions.builder(),
          DhtOptions.builder(),
          FileOptions.builder(),
          HttpOptions.builder());

  private final Map<String, Declaration> byLetters = new LinkedHashMap<>();

  private DeclaredSettings(Stream<Declaration> all) {
    all.forEach(one -> byLetters.put(letters(one.key()), one));
  }

  /** Those of what these builders make. */
  public static DeclaredSettings of(Object... builders) {
    return new DeclaredSettings(
        Stream.of(builders).flatMap(b -> SettingGroup.declarations(b).stream()));
  }

  public List<Declaration> all() {
    return List.copyOf(byLetters.values());
  }

  public List<String> keys() {
    return all().stream().map(Declaration::key).toList();
  }

  public boolean has(String key) {
    return byLetters.containsKey(letters(key));
  }

  /** A key however it is written: with dots, hyphens, underscores or capitals. */
  private static String letters(String key) {
    return key.replaceAll("[-._]", "").toLowerCase(Locale.ROOT);
  }

  /** Whether the environment or the file says anything of a key. */
  boolean isGiven(String key, Map<String, String> env, Map<String, String> file) {
    String letters = letters(key);
    return file.keySet().stream().anyMatch(name -> letters(name).equals(letters))
        || env.entrySet().stream()
            .anyMatch(
                e -> !e.getValue().isEmpty() && letters(e.getKey()).equals("parley" + letters));
  }

  /**
   * Sets in a builder what is given for it; the environment wins over the file.
   *
   * @throws CliException naming the key, and where it is from, if a text is no value of its type
   */
  public void apply(Object builder, Map<String, String> env, Map<String, String> file) {
    file.forEach((key, text) -> apply(builder, key, text, "the configuration file"));
    env.forEach(
        (name, text) -> {
          if (name.startsWith(VARIABLE) && !text.isEmpty()) {
            apply(builder, name.substring(VARIABLE.length()), text, name);
          }
        });
  }

  private void apply(Object builder, String key, String text, String source) {
    Declaration declared = byLetters.get(letters(key));
    if (declared == null) {
      return;
    }
    try {
      SettingGroup.set(builder, declared.key(), text);
    } catch (IllegalArgumentException e) {
      throw CliException.usage(e.getMessage() + " (from " + source + ")");
    }
  }
}
