package dev.parley.cli;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The options that are not on the command line: from the environment ({@code --network-secret-file}
 * is {@code PARLEY_NETWORK_SECRET_FILE}), else from the YAML file that {@code --config} names
 * ({@code network-secret-file: ...}). What is on the command line wins over both.
 */
final class Settings implements IDefaultValueProvider {
  private static final String CONFIG_OPTION = "--config";
  private static final int MAX_FILE_BYTES = 64 * 1024;
  private static final Set<String> TRUE = Set.of("1", "true", "yes");

  private final Map<String, String> env;
  private final Map<String, String> file;

  private Settings(Map<String, String> env, Map<String, String> file) {
    this.env = env;
    this.file = file;
  }

  /**
   * The settings for this command line.
   *
   * @throws CliException if the configuration file cannot be read
   */
  static Settings load(List<String> args, Map<String, String> env) {
    String config = configFile(args);
    if (config == null) {
      config = env.get(envName("config"));
    }
    return new Settings(env, config == null || config.isEmpty() ? Map.of() : read(config));
  }

  private static @Nullable String configFile(List<String> args) {
    for (int i = 0; i < args.size() && !args.get(i).equals("--"); i++) {
      String arg = args.get(i);
      if (arg.startsWith(CONFIG_OPTION + "=")) {
        return arg.substring(CONFIG_OPTION.length() + 1);
      }
      if (arg.equals(CONFIG_OPTION) && i + 1 < args.size()) {
        return args.get(i + 1);
      }
    }
    return null;
  }

  private static Map<String, String> read(String name) {
    byte[] content = SmallFile.read(Path.of(name), MAX_FILE_BYTES, "configuration");
    Map<String, String> values = new LinkedHashMap<>();
    try {
      Map<String, Object> map =
          new YAMLMapper().readValue(content, new TypeReference<Map<String, Object>>() {});
      if (map == null) {
        return values;
      }
      map.forEach((key, value) -> values.put(key, scalar(name, key, value)));
    } catch (JacksonException e) {
      throw CliException.usage("configuration " + name + " is not a YAML map of options to values");
    }
    return values;
  }

  private static String scalar(String name, String key, @Nullable Object value) {
    if (value instanceof Collection<?> list) {
      return list.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
    if (value == null || value instanceof Map) {
      throw CliException.usage("configuration " + name + ": " + key + " must be a value or a list");
    }
    return value.toString();
  }

  /**
   * Refuses keys of the configuration file that are no option of any command.
   *
   * @throws CliException naming them all
   */
  void requireKnown(CommandLine root) {
    Set<String> known = new TreeSet<>();
    collect(root, known);
    Set<String> unknown = new TreeSet<>(file.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw CliException.usage("configuration has unknown options: " + String.join(", ", unknown));
    }
  }

  private static void collect(CommandLine command, Set<String> known) {
    command.getCommandSpec().options().forEach(o -> known.add(key(o)));
    command.getSubcommands().values().forEach(c -> collect(c, known));
  }

  /** Whether a flag is set in the environment or the file. */
  boolean flag(String key) {
    String value = lookup(key);
    return value != null && TRUE.contains(value.toLowerCase(Locale.ROOT));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec arg) {
    // Flags are asked for with flag(): picocli would invert one whose default is true.
    return arg instanceof OptionSpec option && option.arity().max() > 0
        ? lookup(key(option))
        : null;
  }

  private @Nullable String lookup(String key) {
    String value = env.get(envName(key));
    return value != null && !value.isEmpty() ? value : file.get(key);
  }

  private static String key(OptionSpec option) {
    return option.longestName().substring(2);
  }

  private static String envName(String key) {
    return "PARLEY_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
