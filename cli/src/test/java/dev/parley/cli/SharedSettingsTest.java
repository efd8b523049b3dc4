package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.manual.CommandModel;
import dev.parley.cli.options.SettingKeys;
import dev.parley.cli.options.Settings;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** One configuration for all commands: no option of one may break another. */
class SharedSettingsTest {
  private static final String AGENT = "z6MktJca2mwi9mfmSnsR5NSxdJYSbVXxQGDzd3naifcW8G7B";

  @TempDir Path dir;

  @Test
  void allOptionsOfAllCommandsMayStandInOneFile() throws IOException {
    StringBuilder yaml = new StringBuilder();
    values().forEach((key, value) -> yaml.append(key).append(": \"").append(value).append("\"\n"));
    Path file = Files.writeString(dir.resolve("all.yaml"), yaml);

    everyCommandTakesItsOwn(Map.of("PARLEY_CONFIG", file.toString()));
  }

  @Test
  void allOptionsOfAllCommandsMayStandInTheEnvironment() {
    Map<String, String> env = new HashMap<>();
    values().forEach((key, value) -> env.put(SettingKeys.envName(key), value));

    everyCommandTakesItsOwn(env);
  }

  private static void everyCommandTakesItsOwn(Map<String, String> env) {
    Settings settings = Settings.load(List.of(), env);
    settings.requireKnown(commands(settings));
    for (CommandSpec command : CommandModel.commands(Manual.model())) {
      List<String> line = new ArrayList<>(List.of(CommandModel.path(command).split(" ", -1)));
      line.removeIf(String::isEmpty);
      command.positionalParameters().forEach(p -> line.addAll(argument(p)));
      CommandLine root = commands(settings);
      CommandSpec parsed = last(root.parseArgs(line.toArray(String[]::new))).commandSpec();
      for (OptionSpec option : parsed.options()) {
        if (option.arity().max() > 0 && !option.longestName().equals("--config")) {
          String key = SettingKeys.of(option).get(0);
          assertThat(option.originalStringValues()).as(key).isEmpty();
          assertThat(option.<Object>getValue()).as(key).isNotNull();
        }
      }
    }
  }

  @Test
  void aNameAloneReachesOneMeaningOnly() throws IOException {
    Path file = dir.resolve("plain.yaml");
    Files.writeString(file, "seed: " + AGENT + "@h:1\nnodes: 100000\nroute: a,b\ncount: 99999\n");
    Settings settings = Settings.load(List.of("--config=" + file), Map.of("PARLEY_DURATION", "9h"));

    assertThat(this.<DemoCommand>parse(settings, "demo").nodes).isEqualTo(3);
    assertThat(this.<SimCommand>parse(settings, "sim").nodes).isEqualTo(100_000);
    assertThat(this.<SimCommand>parse(settings, "sim").seed).isEqualTo(1);
    assertThat(this.<SimCommand>parse(settings, "sim").duration).hasMinutes(10);
    assertThat(this.<SendCommand>parse(settings, "send", AGENT).route).isEmpty();
    assertThat(this.<SubscribeCommand>parse(settings, "subscribe", AGENT, "r").count)
        .isEqualTo(Long.MAX_VALUE);
    assertThat(this.<NodeCommand>parse(settings, "node").routes).containsExactly("a", "b");
  }

  @Test
  void whatACommandHasOfItsOwnWins() throws IOException {
    Path file = dir.resolve("own.yaml");
    Files.writeString(file, "timeout: 7s\nping:\n  timeout: 8s\nsim: {random-seed: 5, join: on}\n");
    Map<String, String> env = Map.of("PARLEY_CONFIG", file.toString(), "PARLEY_SIM_NODES", "44");
    Settings settings = Settings.load(List.of(), env);

    assertThat(this.<PingCommand>parse(settings, "ping", AGENT).network.timeout).hasSeconds(8);
    assertThat(this.<SendCommand>parse(settings, "send", AGENT).network.timeout).hasSeconds(7);
    SimCommand sim = parse(settings, "sim");
    assertThat(sim.seed).isEqualTo(5);
    assertThat(sim.nodes).isEqualTo(44);
    settings.setFlags(sim.spec, sim.spec.commandLine().parseArgs());
    assertThat(sim.join).isTrue();
  }

  @Test
  void whatACommandOfExecIsToldIsNoOption() {
    Map<String, String> told =
        Map.of("PARLEY_FROM", AGENT, "PARLEY_ROUTE", "bids", "PARLEY_CONTENT_TYPE", "image/png");
    SendCommand send = parse(Settings.load(List.of(), told), "send", AGENT);

    assertThat(send.route).isEmpty();
    assertThat(send.contentType).isNull();
  }

  /** A name that several commands declare for themselves has an owner, or one meaning. */
  @Test
  void namesWithSeveralMeaningsHaveAnOwner() {
    Map<String, Set<String>> declared = new TreeMap<>();
    for (CommandSpec command : CommandModel.commands(Manual.model())) {
      for (OptionSpec option : command.options()) {
        if (option.userObject() instanceof Field field
            && CliCommand.class.isAssignableFrom(field.getDeclaringClass())) {
          String name = option.longestName().substring(2);
          declared.computeIfAbsent(name, n -> new TreeSet<>()).add(command.name());
        } else {
          declared.computeIfAbsent(option.longestName().substring(2), n -> new TreeSet<>());
        }
      }
    }
    declared.remove("content-type"); // has one meaning, and one that is not an option
    declared.forEach(
        (name, commands) ->
            assertThat(commands.size() > 1)
                .as(name + " of " + commands)
                .isEqualTo(SettingKeys.OWNERS.containsKey(name)));
  }

  private static Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    for (CommandSpec command : CommandModel.commands(Manual.model())) {
      for (OptionSpec option : CommandModel.options(command)) {
        if (!option.usageHelp()
            && !option.versionHelp()
            && !option.longestName().equals("--config")) {
          SettingKeys.of(option).forEach(key -> values.put(key, value(option)));
        }
      }
    }
    return values;
  }

  /** A value that fits this option and as few others as can be. */
  private static String value(ArgSpec arg) {
    List<String> known = CommandModel.values(arg);
    if (!known.isEmpty()) {
      return known.get(0);
    }
    return switch (arg.paramLabel()) {
      case "TIME" -> "3s";
      case "ID@HOST:PORT" -> AGENT + "@127.0.0.1:7400";
      case "N", "S", "BYTES" -> "17";
      case "SHARE" -> "0.1";
      default -> arg.arity().max() == 0 ? "true" : "text";
    };
  }

  private static List<String> argument(ArgSpec parameter) {
    if (parameter.arity().min() == 0) {
      return List.of();
    }
    return List.of(parameter.paramLabel().startsWith("ID") ? AGENT : value(parameter));
  }

  private static CommandLine commands(Settings settings) {
    return Commands.all(new CapturedConsole().console(), settings);
  }

  private static CommandLine.ParseResult last(CommandLine.ParseResult parsed) {
    return parsed.hasSubcommand() ? last(parsed.subcommand()) : parsed;
  }

  @SuppressWarnings("unchecked")
  private <T> T parse(Settings settings, String... args) {
    return (T) last(commands(settings).parseArgs(args)).commandSpec().userObject();
  }
}
