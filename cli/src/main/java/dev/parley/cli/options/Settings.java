package dev.parley.cli.options;

import dev.parley.cli.output.CliException;
import java.nio.file.Path;
import java.util.ArrayList;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The options that are not on the command line: from the environment, else from the YAML file that
 * {@code --config} names, under the keys of {@link SettingKeys}. What is on the command line wins
 * over both. Settings that no command has as an option are {@link DeclaredSettings}.
 */
public final class Settings implements IDefaultValueProvider {
  private static final String CONFIG_OPTION = "--config";
  private static final int MAX_FILE_BYTES = 64 * 1024;
  private static final int MAX_DEPTH = 4;
  private static final Set<String> TRUE = Set.of("1", "true", "yes", "on");
  private static final Set<String> FALSE = Set.of("0", "false", "no", "off");

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
  public static Settings load(List<String> args, Map<String, String> env) {
    String config = valueOf(CONFIG_OPTION, args);
    if (config == null) {
      config = env.get(SettingKeys.envName("config"));
    }
    return new Settings(env, config == null || config.isEmpty() ? Map.of() : read(config));
  }

  /** Whether failures are to be told as JSON; asked before, or because, parsing has failed. */
  public static boolean wantsJson(List<String> args, Map<String, String> env) {
    String form = null;
    for (String name : List.of("--output", "-o")) {
      form = form == null ? valueOf(name, args) : form;
    }
    return "json".equalsIgnoreCase(form == null ? env.get(SettingKeys.envName("output")) : form);
  }

  private static @Nullable String valueOf(String option, List<String> args) {
    for (int i = 0; i < args.size() && !args.get(i).equals("--"); i++) {
      String arg = args.get(i);
      if (arg.startsWith(option + "=")) {
        return arg.substring(option.length() + 1);
      }
      if (arg.equals(option) && i + 1 < args.size()) {
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
      if (map != null) {
        flatten(name, "", map, values, 1);
      }
    } catch (JacksonException e) {
      throw CliException.usage("configuration " + name + " is not a YAML map of options to values");
    }
    return values;
  }

  /** A map below a command's name holds options of that command: {@code sim: {nodes: 9}}. */
  private static void flatten(
      String name, String prefix, Map<?, ?> map, Map<String, String> values, int depth) {
    map.forEach(
        (part, value) -> {
          String key = prefix + part;
          if (value instanceof Map<?, ?> inner && depth < MAX_DEPTH) {
            flatten(name, key + "-", inner, values, depth + 1);
          } else {
            values.put(key, scalar(name, key, value));
          }
        });
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

  /** Whether there is a configuration file with anything in it. */
  public boolean hasFile() {
    return !file.isEmpty();
  }

  /**
   * Refuses keys of the configuration file that are no option of any command.
   *
   * @throws CliException naming them all
   */
  public void requireKnown(CommandLine root) {
    Set<String> known = new TreeSet<>();
    collect(root, known);
    Set<String> unknown = new TreeSet<>(file.keySet());
    unknown.removeAll(known);
    unknown.removeIf(DeclaredSettings.OF_NODE::has);
    if (!unknown.isEmpty()) {
      throw CliException.usage(
          "configuration has unknown options: "
              + String.join(", ", unknown)
              + meant(unknown, known));
    }
  }

  /** What may have been meant by unknown keys; empty if nothing is near. */
  private static String meant(Set<String> unknown, Set<String> known) {
    Map<String, String> names = new LinkedHashMap<>();
    known.forEach(name -> names.put(name, name));
    DeclaredSettings.OF_NODE.keys().forEach(key -> names.put(key.replace('.', '-'), key));
    List<String> meant =
        unknown.stream()
            .flatMap(
                key ->
                    Spelling.nearest(key.replace('.', '-'), List.copyOf(names.keySet()), 1)
                        .stream())
            .map(names::get)
            .toList();
    return meant.isEmpty() ? "" : "; did you mean " + String.join(", ", meant) + "?";
  }

  /**
   * Sets in a builder of options what the environment and the file say of its settings.
   *
   * @throws CliException if a text is no value of its setting
   */
  public void apply(Object builder) {
    DeclaredSettings.OF_NODE.apply(builder, env, file);
  }

  /** Whether the environment or the file says anything of a declared setting. */
  public boolean isGiven(String key) {
    return DeclaredSettings.OF_NODE.isGiven(key, env, file);
  }

  private static void collect(CommandLine command, Set<String> known) {
    command.getCommandSpec().options().forEach(o -> known.addAll(SettingKeys.of(o)));
    command.getSubcommands().values().forEach(c -> collect(c, known));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec arg) {
    // Flags are set by setFlags(): picocli would invert one whose default is true.
    return arg instanceof OptionSpec option && !isFlag(option) ? lookup(option) : null;
  }

  /**
   * Sets the flags of a command that are on here and not on its command line.
   *
   * @throws CliException if one is neither on nor off
   */
  public void setFlags(CommandSpec command, ParseResult parsed) {
    for (OptionSpec option : command.options()) {
      String value = isFlag(option) ? lookup(option) : null;
      if (value != null && !parsed.hasMatchedOption(option) && isOn(option, value)) {
        option.setValue(true);
      }
    }
  }

  private boolean isOn(OptionSpec option, String value) {
    String word = value.toLowerCase(Locale.ROOT);
    if (!TRUE.contains(word) && !FALSE.contains(word)) {
      throw CliException.usage(source(option) + " is " + value + ", must be true or false");
    }
    return TRUE.contains(word);
  }

  private static boolean isFlag(OptionSpec option) {
    return option.arity().max() == 0;
  }

  private @Nullable String lookup(OptionSpec option) {
    List<String> keys = option.usageHelp() || option.versionHelp() ? List.of() : keys(option);
    for (String key : keys) {
      String value = env.get(SettingKeys.envName(key));
      if (value != null && !value.isEmpty()) {
        return value;
      }
    }
    for (String key : keys) {
      String value = file.get(key);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private static List<String> keys(OptionSpec option) {
    return new ArrayList<>(SettingKeys.of(option));
  }

  /** Where an option's value is from, if not the command line: a variable, or a key of the file. */
  public @Nullable String source(OptionSpec option) {
    for (String key : keys(option)) {
      if (!env.getOrDefault(SettingKeys.envName(key), "").isEmpty()) {
        return SettingKeys.envName(key);
      }
    }
    for (String key : keys(option)) {
      if (file.containsKey(key)) {
        return key + " in the configuration file";
      }
    }
    return null;
  }
}
