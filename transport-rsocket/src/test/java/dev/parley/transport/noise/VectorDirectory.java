package dev.parley.transport.noise;

import static dev.parley.transport.crypto.Vectors.text;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadInternals;
import dev.parley.transport.crypto.AeadProvider;
import dev.parley.transport.crypto.VectorReport;
import dev.parley.transport.crypto.Vectors;
import dev.parley.transport.crypto.WycheproofAead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Runs all vector files below a directory, told apart by what is in them: {@code *.json}, and
 * {@code *.txt} that starts like JSON.
 */
final class VectorDirectory {

  /** Wycheproof algorithms that another module of this project uses and tests. */
  private static final Set<String> ELSEWHERE = Set.of("PbeWithHmacSha512AndAes_256");

  private final List<String> problems = new ArrayList<>();
  private final List<VectorReport> reports = new ArrayList<>();
  private int elsewhere;

  private VectorDirectory() {}

  static VectorDirectory run(Path directory) throws IOException {
    VectorDirectory result = new VectorDirectory();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        result.runFile(directory.relativize(path).toString(), path);
      }
    }
    if (result.runCount() == 0 && result.elsewhere == 0) {
      result.problems.add("no vectors found");
    }
    return result;
  }

  private void runFile(String name, Path path) throws IOException {
    boolean json = name.endsWith(".json");
    if (!json && !name.endsWith(".txt")) {
      return;
    }
    byte[] content = Files.readAllBytes(path);
    if (!json && !looksLikeJson(content)) {
      return;
    }
    try {
      runRoot(name, Vectors.parse(content));
    } catch (JacksonException e) {
      problems.add(name + ": is not JSON");
    }
  }

  private static boolean looksLikeJson(byte[] content) {
    for (byte b : content) {
      if (!Character.isWhitespace(b)) {
        return b == '{';
      }
    }
    return false;
  }

  private void runRoot(String name, JsonNode root) {
    if (NoiseVectors.understands(root)) {
      for (AeadProvider provider : AeadInternals.providersOf(AeadAlgorithm.values())) {
        add(NoiseVectors.run(name, root, provider));
      }
    } else if (WycheproofAead.understands(text(root, "algorithm"))) {
      for (AeadProvider provider : AeadInternals.providersOf(WycheproofAead.algorithm(root))) {
        add(WycheproofAead.run(name, root, provider));
      }
    } else if (WycheproofPrimitives.understands(root)) {
      add(WycheproofPrimitives.run(name, root));
    } else if (ELSEWHERE.contains(text(root, "algorithm"))) {
      elsewhere++;
      System.out.println("vectors: " + name + ": left to the module that uses the algorithm");
    } else if (text(root, "format").startsWith("parley ")) {
      elsewhere++;
      System.out.println("vectors: " + name + ": left to the tests of this project's own vectors");
    } else {
      problems.add(name + ": is not understood");
    }
  }

  private void add(VectorReport report) {
    reports.add(report.print());
    problems.addAll(report.failures());
    if (report.runCount() == 0) {
      problems.add(report + ": nothing in it can be run");
    }
  }

  int runCount() {
    return reports.stream().mapToInt(VectorReport::runCount).sum();
  }

  /** Files that are not understood and vectors that fail; or that there are none. */
  List<String> problems() {
    return problems;
  }
}
