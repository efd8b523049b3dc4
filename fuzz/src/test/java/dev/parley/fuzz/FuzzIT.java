package dev.parley.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Jazzer on all decoders, in two processes for {@code parley.fuzz.seconds}: one for those that take
 * long, so that they do not starve the others. It starts from the seeds and the corpus of {@link
 * CorpusTest}. Where Jazzer's native library cannot be loaded, the test is skipped and says so.
 */
class FuzzIT {
  private static final long SECONDS = Long.getLong("parley.fuzz.seconds", 5);
  private static final Pattern EXECUTED = Pattern.compile("number_of_executed_units: (\\d+)");
  private static final int SLOW = 6; // of the list: guard and handshakes

  @Test
  void findsNothing() throws Exception {
    List<Decoder> decoders = AllDecoders.named(System.getProperty("parley.fuzz.decoders", ""));
    List<Fuzzing> all = new ArrayList<>();
    try {
      if (decoders.size() > SLOW) {
        all.add(new Fuzzing("slow", decoders.subList(0, SLOW)));
        all.add(new Fuzzing("fast", decoders.subList(SLOW, decoders.size())));
      } else {
        all.add(new Fuzzing("chosen", decoders));
      }
      for (Fuzzing fuzzing : all) {
        fuzzing.end();
      }
    } finally {
      all.forEach(fuzzing -> fuzzing.process.destroyForcibly());
    }
  }

  /** A process of Jazzer. */
  private static final class Fuzzing {
    private final List<Decoder> decoders;
    private final Path findings;
    private final Path log;
    private final Process process;

    Fuzzing(String name, List<Decoder> decoders) throws IOException {
      this.decoders = decoders;
      Path directory =
          Path.of(System.getProperty("parley.fuzz.corpus", "target/fuzz")).resolve(name);
      Path corpus = Files.createDirectories(directory.resolve("corpus"));
      this.findings = Files.createDirectories(directory.resolve("findings"));
      this.log = directory.resolve("log.txt");
      Path seeds = Files.createDirectories(directory.resolve("seeds"));
      for (int i = 0; i < decoders.size(); i++) {
        write(seeds, decoders.get(i), i);
      }
      this.process =
          new ProcessBuilder(command(corpus, seeds))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    }

    private static void write(Path directory, Decoder decoder, int index) throws IOException {
      int n = 0;
      for (byte[] seed : Seeds.all(decoder.seeds(), Seeds.corpus(decoder.name()))) {
        Files.write(
            directory.resolve(decoder.name() + "-" + n++),
            Seeds.concat(new byte[] {(byte) index}, seed));
      }
    }

    private List<String> command(Path corpus, Path seeds) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:+EnableDynamicAgentLoading"));
      for (String flag : System.getProperty("parley.fuzz.jvmArgs", "").split(" ")) {
        if (!flag.isBlank()) {
          command.add(flag);
        }
      }
      String names = decoders.stream().map(Decoder::name).collect(Collectors.joining(","));
      command.addAll(
          List.of(
              "-Dparley.fuzz.decoders=" + names,
              "-Dio.netty.leakDetection.level=paranoid",
              "-cp",
              System.getProperty("java.class.path"),
              "com.code_intelligence.jazzer.Jazzer",
              "--target_class=" + FuzzTarget.class.getName(),
              "--instrumentation_includes=dev.parley.**",
              "--instrumentation_excludes=dev.parley.fuzz.**",
              "--custom_hook_includes=dev.parley.**",
              "--reproducer_path=" + findings,
              "-artifact_prefix=" + findings + "/",
              "-max_total_time=" + SECONDS,
              "-max_len=4096",
              "-timeout=20",
              "-rss_limit_mb=0",
              "-print_final_stats=1",
              corpus.toString(),
              seeds.toString()));
      return command;
    }

    void end() throws Exception {
      boolean ended = process.waitFor(SECONDS + 120, TimeUnit.SECONDS);
      String said = Files.readString(log, UTF_8);
      assertThat(ended).as("Jazzer ends in time; it said\n%s", tail(said)).isTrue();
      if (process.exitValue() != 0 && isWithoutNativeLibrary(said)) {
        without(said);
      }
      assertThat(process.exitValue()).as("%s\n%s", reproducers(), tail(said)).isZero();
      Matcher executed = EXECUTED.matcher(said);
      assertThat(executed.find()).as("Jazzer ran; it said\n%s", tail(said)).isTrue();
      System.out.println("FuzzIT: " + executed.group(1) + " inputs for " + decoders);
      assertThat(Long.parseLong(executed.group(1))).isGreaterThan(SECONDS);
    }

    private static boolean isWithoutNativeLibrary(String said) {
      return said.contains("UnsatisfiedLinkError") || said.contains("RulesJni");
    }

    private static void without(String said) {
      String why = "Jazzer's native library does not load here: " + tail(said);
      assertThat(Boolean.getBoolean("parley.test.strict")).as(why).isFalse();
      abort(why);
    }

    /** What to add to the corpus, so that CorpusTest shows it. */
    private String reproducers() throws IOException {
      StringBuilder text = new StringBuilder();
      try (DirectoryStream<Path> files = Files.newDirectoryStream(findings, "{crash,timeout}-*")) {
        for (Path file : files) {
          byte[] input = Files.readAllBytes(file);
          if (input.length > 0) {
            String hex = HexFormat.of().formatHex(input, 1, input.length);
            String name = FuzzTarget.chosen(decoders, input).name();
            text.append("add to src/test/resources/corpus/" + name + ".hex: " + hex + "\n");
          }
        }
      }
      return text.toString();
    }

    private static String tail(String said) {
      return said.substring(Math.max(0, said.length() - 6_000));
    }
  }
}
