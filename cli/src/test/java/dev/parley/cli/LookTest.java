package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.Look;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LookTest {
  private static final String ESCAPE = "\u001b";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void helpIsColouredOnATerminalThatAllowsIt() {
    assertThat(help(new Look(true, true, true, true))).contains(ESCAPE);
    assertThat(help(new Look(true, true, false, true))).doesNotContain(ESCAPE);
    assertThat(help(Look.PLAIN)).doesNotContain(ESCAPE);
  }

  @Test
  void theEnvironmentTurnsColoursAndDrawingOff() {
    for (Map<String, String> env :
        List.of(Map.of("NO_COLOR", "1", "TERM", "xterm"), Map.of("TERM", "dumb"), noTerm())) {
      assertThat(Look.ofProcess(env).colour()).as(env.toString()).isFalse();
    }
    assertThat(Look.ofProcess(Map.of("TERM", "dumb")).progress()).isFalse();
  }

  private static Map<String, String> noTerm() {
    return Map.of();
  }

  @Test
  void progressReplacesItsLineOnATerminalOnly() {
    console(new Look(true, true, false, true)).progress("10 %");
    assertThat(err.toString(UTF_8)).isEqualTo("\r10 %" + ESCAPE + "[K");

    err.reset();
    console(new Look(true, false, false, true)).progress("10 %");
    assertThat(err.toString(UTF_8)).isEqualTo("parley: 10 %\n");
  }

  @Test
  void quietLeavesOutNotesAndProgressButNoFailure() {
    Console quiet = console(Look.PLAIN).quietly();
    quiet.note("a note");
    quiet.progress("10 %");
    quiet.complain("a failure");

    assertThat(err.toString(UTF_8)).isEqualTo("parley: a failure\n");
  }

  @Test
  void signsThatTheLocaleLacksBecomeAscii() {
    Console ascii = console(Look.PLAIN);
    ascii.line("z6Mk…abcdef → 3 × 4 — done");
    ascii.note("z6Mk…abcdef");

    assertThat(out.toString(UTF_8)).isEqualTo("z6Mk...abcdef -> 3 x 4 - done\n");
    assertThat(err.toString(UTF_8)).isEqualTo("parley: z6Mk...abcdef\n");
    console(new Look(false, false, false, true)).line("…");
    assertThat(out.toString(UTF_8)).endsWith("…\n");
  }

  @Test
  void argumentsThatTheLocaleCannotReadAreRefused() {
    byte[] line = "parley send ID h\u00e9llo".getBytes(UTF_8);

    assertThatThrownBy(() -> Arguments.requireReadable(line, "ANSI_X3.4-1968"))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("LC_ALL=C.UTF-8");
    assertThatCode(() -> Arguments.requireReadable(line, "UTF-8")).doesNotThrowAnyException();
    assertThatCode(() -> Arguments.requireReadable("hello".getBytes(UTF_8), "ANSI_X3.4-1968"))
        .doesNotThrowAnyException();
  }

  private String help(Look look) {
    out.reset();
    assertThat(ParleyCommand.run(List.of("send", "--help"), Map.of(), console(look))).isZero();
    return out.toString(UTF_8);
  }

  private Console console(Look look) {
    return new Console(
        new ByteArrayInputStream(new byte[0]),
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        look,
        false);
  }
}
