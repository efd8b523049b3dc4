package dev.parley.outside;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.aether.artifact.Artifact;

/** A resolved class path. */
final class Jars {
  private Jars() {}

  /** Reads what {@code dependency:build-classpath} wrote. */
  static List<Path> read(Path file) throws IOException {
    return Stream.of(Files.readString(file).strip().split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** The files' names, which hold artifact, version and classifier. */
  static Set<String> names(List<Path> jars) {
    return jars.stream()
        .map(jar -> jar.getFileName().toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static long bytes(List<Path> jars) throws IOException {
    long sum = 0;
    for (Path jar : jars) {
      sum += Files.size(jar);
    }
    return sum;
  }

  static String joined(List<Path> jars) {
    return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /** The groups of which more than one version is there. */
  static Map<String, Set<String>> mixedGroups(Set<Artifact> artifacts) {
    Map<String, Set<String>> versions = new TreeMap<>();
    for (Artifact artifact : artifacts) {
      versions
          .computeIfAbsent(artifact.getGroupId(), group -> new TreeSet<>())
          .add(artifact.getVersion());
    }
    versions.values().removeIf(all -> all.size() == 1);
    return versions;
  }
}
