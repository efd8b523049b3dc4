package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Address;
import dev.parley.cli.manual.CommandModel;
import dev.parley.cli.manual.ConfigurationPage;
import dev.parley.cli.options.DeclaredSettings;
import dev.parley.cli.options.SettingKeys;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.ExitCode;
import dev.parley.dht.DhtOptions;
import dev.parley.file.FileOptions;
import dev.parley.node.NodeLimits;
import dev.parley.observability.http.HttpOptions;
import dev.parley.settings.Declaration;
import dev.parley.settings.SettingGroup;
import dev.parley.spi.Setting;
import dev.parley.transport.rsocket.TransportOptions;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A setting is declared in one place; everything else follows. */
class DeclaredSettingsTest {
  /** Options that are a declared setting: a key in any form means the same. */
  private static final List<String> SAME = List.of("http-allow-remote");

  private static final List<Class<?>> OPTIONS =
      List.of(
          NodeLimits.class,
          TransportOptions.class,
          DhtOptions.class,
          FileOptions.class,
          HttpOptions.class);

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
        assertThat(SettingKeys.of(option))
            .filteredOn(key -> !SAME.contains(key))
            .noneMatch(DeclaredSettings.OF_NODE::has);
      }
    }
  }

  @Test
  void everyDefaultOfANodeIsInItsRangeAndReadAsItIsWritten() throws Exception {
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
    for (Class<?> options : OPTIONS) {
      Object builder = builder(options);

      DeclaredSettings.OF_NODE.apply(builder, Map.of(), file);

      assertThat(build(builder)).isEqualTo(options.getMethod("defaults").invoke(null));
    }
  }

  @Test
  void everySettingIsCheckedByTheRecordThatHasIt() throws Exception {
    List<String> checked = new ArrayList<>();
    for (Class<?> options : OPTIONS) {
      for (Declaration one : SettingGroup.declarations(builder(options))) {
        boolean number = one.type().isPrimitive() && one.type() != boolean.class;
        if ((number || one.type() == Duration.class) && !one.range().startsWith("0")) {
          Object builder = builder(options);
          SettingGroup.set(builder, one.key(), "0");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> build(builder))
              .withMessageContaining(one.key() + " is 0, must be " + one.range().split(",", 2)[0]);
          checked.add(one.key());
        }
      }
    }
    assertThat(checked)
        .hasSizeGreaterThan(60)
        .contains("node.maxWatchedPeers", "files.inbox.keepParts", "http.requestTimeout");
  }

  private static Object builder(Class<?> options) throws ReflectiveOperationException {
    return options.getMethod("builder").invoke(null);
  }

  private static Object build(Object builder) throws Exception {
    try {
      return builder.getClass().getInterfaces()[0].getMethod("build").invoke(builder);
    } catch (InvocationTargetException e) {
      throw (Exception) e.getTargetException();
    }
  }

  @Test
  void aNodeMayListenAtAnyFreePortByItsFile() {
    TransportOptions.Builder transport = TransportOptions.builder();
    HttpOptions.Builder http = HttpOptions.builder();
    Map<String, String> file =
        Map.of("transport-listen", "127.0.0.1:0,[::1]:0", "http.listen", "127.0.0.1:0");

    DeclaredSettings.OF_NODE.apply(transport, Map.of(), file);
    DeclaredSettings.OF_NODE.apply(http, Map.of(), file);

    assertThat(transport.build().listen()).hasSize(2).noneMatch(Address::isDialable);
    assertThat(http.build().listen().isDialable()).isFalse();
  }

  @Test
  void aNodeStartsWithWhatTheFileSays() throws IOException {
    String wrong =
        config(
            """
            transport:
              limits:
                maxConnections: 0
            node:
              max-watched-peers: 0
            dht.table.maxLinks: 1
            files: {inbox: {maxParts: 0}}
            """);

    assertThat(fails("node", "--config", wrong, "--receive-files", dir.toString()))
        .isEqualTo(
            "parley: node.maxWatchedPeers is 0, must be 1 to 1000000;"
                + " transport.limits.maxConnections is 0, must be 1 to 1000000;"
                + " dht.table.maxLinks is 1, must be 8 to 100000;"
                + " files.inbox.maxParts is 0, must be 1 to 65536\n");
  }

  @Test
  void theFileMaySayWhereANodeIsShown() throws IOException {
    assertThat(fails("node", "--config", config("http: {listen: '0.0.0.0:0', maxLinks: 0}\n")))
        .isEqualTo(
            "parley: http.maxLinks is 0, must be 1 to 10000; http.listen is 0.0.0.0:0, which other"
                + " machines reach: must be localhost or a loopback address, or"
                + " --http-allow-remote must be set\n");
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
