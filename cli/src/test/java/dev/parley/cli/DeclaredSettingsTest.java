package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cli.manual.CommandModel;
import dev.parley.cli.manual.ConfigurationPage;
import dev.parley.cli.options.DeclaredSettings;
import dev.parley.cli.options.SettingKeys;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.ExitCode;
import dev.parley.settings.SettingGroup;
import dev.parley.spi.Setting;
import dev.parley.transport.rsocket.TransportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A setting is declared in one place; everything else follows. */
class DeclaredSettingsTest {
  @TempDir Path dir;

  /** A setting that somebody adds: a component, and the method that declares it. */
  public record Toy(Inner inner) {
    static final SettingGroup<Toy, Builder> SETTINGS =
        SettingGroup.of("toy", Toy.class, Builder.class);

    public Toy {
      SETTINGS.check(inner);
    }

    /** Configures the toy. */
    public interface Builder {
      @Setting(what = "What is inside")
      Builder inner(Consumer<Inner.Builder> change);

      Toy build();
    }

    /** The group. */
    public record Inner(int wheels) {
      /** Changes it. */
      public interface Builder {
        @Setting(
            what = "How many wheels it has",
            byDefault = "4",
            range = "2 to 8",
            atLimit = "it does not roll")
        Builder wheels(int value);
      }
    }
  }

  @Test
  void aDeclaredSettingIsInTheCheckTheKeysAndThePageWithoutAnotherEdit() {
    DeclaredSettings declared = DeclaredSettings.of(Toy.SETTINGS.builder());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Toy.SETTINGS.builder().inner(i -> i.wheels(1)).build())
        .withMessage("toy.inner.wheels is 1, must be 2 to 8");

    assertThat(declared.keys()).containsExactly("toy.inner.wheels");
    Toy.Builder toy = Toy.SETTINGS.builder();
    declared.apply(toy, Map.of(), Map.of("toy-inner-wheels", "6"));
    assertThat(toy.build().inner().wheels()).isEqualTo(6);

    assertThat(ConfigurationPage.of(declared))
        .contains("## toy.inner\n\nWhat is inside.\n")
        .contains("| `wheels` | 4 | 2 to 8 | How many wheels it has | it does not roll |\n");
  }

  @Test
  void aKeyMayBeWrittenInEveryCommonWay() {
    for (String key :
        List.of(
            "transport.limits.maxConnections",
            "transport-limits-maxConnections",
            "transport-limits-max-connections",
            "transport.limits.max-connections")) {
      assertThat(connections(Map.of(), Map.of(key, "7"))).as(key).isEqualTo(7);
    }
    for (String variable :
        List.of(
            "PARLEY_TRANSPORT_LIMITS_MAXCONNECTIONS", "PARLEY_TRANSPORT_LIMITS_MAX_CONNECTIONS")) {
      assertThat(connections(Map.of(variable, "7"), Map.of())).as(variable).isEqualTo(7);
    }
  }

  @Test
  void theEnvironmentWinsOverTheFile() {
    assertThat(
            connections(
                Map.of("PARLEY_TRANSPORT_LIMITS_MAXCONNECTIONS", "7"),
                Map.of("transport-limits-maxConnections", "8")))
        .isEqualTo(7);
  }

  @Test
  void whatIsNoValueIsToldWithItsKeyAndSource() {
    assertThatThrownBy(
            () -> connections(Map.of("PARLEY_TRANSPORT_LIMITS_MAXCONNECTIONS", "x"), Map.of()))
        .isInstanceOf(CliException.class)
        .hasMessage(
            "transport.limits.maxConnections is x, must be a whole number such as 1024, 64KiB or"
                + " 4MiB (from PARLEY_TRANSPORT_LIMITS_MAXCONNECTIONS)");
  }

  @Test
  void noDeclaredKeyIsThatOfAnOption() {
    for (var command : CommandModel.commands(Manual.model())) {
      for (var option : CommandModel.options(command)) {
        assertThat(SettingKeys.of(option)).noneMatch(DeclaredSettings.OF_NODE::has);
      }
    }
  }

  @Test
  void everyDefaultOfANodeIsInItsRangeAndReadAsItIsWritten() {
    Map<String, String> file = new HashMap<>();
    DeclaredSettings.OF_NODE
        .all()
        .forEach(
            one -> {
              assertThat(one.range()).as(one.key()).isNotEmpty();
              if (!one.byDefault().contains(", ")) { // of the machine
                file.put(one.key(), one.byDefault());
              }
            });
    TransportOptions.Builder transport = TransportOptions.builder();

    DeclaredSettings.OF_NODE.apply(transport, Map.of(), file);

    assertThat(transport.build()).isEqualTo(TransportOptions.defaults());
  }

  @Test
  void aNodeStartsWithWhatTheFileSays() throws IOException {
    String wrong = config("transport:\n  limits:\n    maxConnections: 0\ndht.table.maxLinks: 1\n");

    assertThat(fails("node", "--config", wrong))
        .isEqualTo(
            "parley: transport.limits.maxConnections is 0, must be 1 to 1000000;"
                + " dht.table.maxLinks is 1, must be 8 to 100000\n");
  }

  @Test
  void aMisspeltKeyIsToldWithTheNearest() throws IOException {
    assertThat(fails("node", "--config", config("transport: {limits: {maxConections: 9}}\n")))
        .isEqualTo(
            "parley: configuration has unknown options: transport-limits-maxConections; did you"
                + " mean transport.limits.maxConnections?\n");
    assertThat(fails("id", "show", "--config", config("timeuot: 1s\n")))
        .isEqualTo("parley: configuration has unknown options: timeuot; did you mean timeout?\n");
  }

  private static int connections(Map<String, String> env, Map<String, String> file) {
    TransportOptions.Builder builder = TransportOptions.builder();
    DeclaredSettings.OF_NODE.apply(builder, env, file);
    return builder.build().limits().maxConnections();
  }

  private static String fails(String... args) {
    CapturedConsole console = new CapturedConsole();
    assertThat(console.run(args)).isEqualTo(ExitCode.USAGE);
    String err = console.err();
    return err.substring(err.indexOf("parley: "))
        .replaceFirst("(?s)^parley: no --identity.*?\n", "");
  }

  private String config(String yaml) throws IOException {
    return Files.writeString(dir.resolve("parley.yaml"), yaml).toString();
  }
}
