package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.Settings;
import dev.parley.cli.output.ExitCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NetworkOptionsTest {
  private static final String NOBODY = Identity.generate().id().toString();

  private static NetworkOptions parse(Map<String, String> env, String... args) {
    Settings settings = Settings.load(List.of(args), env);
    NodeCommand node = new NodeCommand(new CapturedConsole().console(), settings);
    new CommandLine(node).setDefaultValueProvider(settings).parseArgs(args);
    return node.network;
  }

  @Test
  void namesThatListSeedsMayBeRepeated() {
    assertThat(parse(Map.of(), "--seed-dns=a.example,b.example", "--seed-dns=c.example").seedNames)
        .containsExactly("a.example", "b.example", "c.example");
    assertThat(parse(Map.of("PARLEY_SEED_DNS", "a.example")).seedNames)
        .containsExactly("a.example");
  }

  @Test
  void aNameIsEnoughToLookForAPeer() {
    CapturedConsole none = new CapturedConsole();
    CapturedConsole wrong = new CapturedConsole();

    assertThat(none.run("resolve", NOBODY)).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("--seed is missing", "--seed-dns");
    assertThat(wrong.run("resolve", NOBODY, "--seed-dns=seeds/example")).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("seedsFrom is seeds/example, must be a DNS name");
  }
}
