package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.Settings;
import dev.parley.cli.output.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SettingsTest {
  @TempDir Path dir;

  @Test
  void flagsWinOverEnvironmentWhichWinsOverTheFile() throws IOException {
    String file = config("timeout: 1s\nnetwork: from-file\nlisten: [a:1, b:2]\necho: true\n");
    Map<String, String> env = Map.of("PARLEY_NETWORK", "from-env", "PARLEY_TIMEOUT", "2s");

    NodeCommand node = parse(env, "--config", file, "--timeout", "3s");

    assertThat(node.network.timeout).hasSeconds(3);
    assertThat(node.network.network).isEqualTo("from-env");
    assertThat(node.listen).containsExactly("a:1", "b:2");
    assertThat(node.echo).isTrue();
  }

  @Test
  void aRepeatedFlagReplacesTheListOfTheFile() throws IOException {
    NodeCommand node =
        parse(Map.of(), "--config=" + config("listen: [a:1]\n"), "--listen=c:3", "--listen=d:4");

    assertThat(node.listen).containsExactly("c:3", "d:4");
  }

  @Test
  void refusesOptionsOfTheFileThatDoNotExist() throws IOException {
    CapturedConsole console = new CapturedConsole();

    int exitCode = console.run("id", "show", "--config", config("timeuot: 1s\n"));

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).contains("timeuot");
  }

  @Test
  void readsASecretInEachForm() {
    byte[] secret = "0123456789abcdef0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    String hex = HexFormat.of().formatHex(secret) + "\n";
    String base64 = Base64.getEncoder().encodeToString(secret) + "\n";

    assertThat(NetworkOptions.secret(secret)).isEqualTo(secret);
    assertThat(NetworkOptions.secret(hex.getBytes(StandardCharsets.US_ASCII))).isEqualTo(secret);
    assertThat(NetworkOptions.secret(base64.getBytes(StandardCharsets.US_ASCII))).isEqualTo(secret);
    assertThat(NetworkOptions.secret(new byte[] {'n', 'o', '!'})).isEmpty();
  }

  private static NodeCommand parse(Map<String, String> env, String... args) {
    Settings settings = Settings.load(List.of(args), env);
    NodeCommand node = new NodeCommand(new CapturedConsole().console(), settings);
    CommandLine command = new CommandLine(node).setDefaultValueProvider(settings);
    settings.setFlags(command.getCommandSpec(), command.parseArgs(args));
    return node;
  }

  private String config(String yaml) throws IOException {
    return Files.writeString(dir.resolve("parley.yaml"), yaml).toString();
  }
}
