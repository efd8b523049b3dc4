package dev.parley.outside;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.maven.model.building.ModelBuilder;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactDescriptorRequest;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.util.repository.SimpleArtifactDescriptorPolicy;
import org.eclipse.aether.util.version.GenericVersionScheme;
import org.eclipse.aether.version.InvalidVersionSpecificationException;
import org.eclipse.aether.version.VersionScheme;

/**
 * Resolves as Gradle does: of all versions that are asked for, the highest wins, and what only a
 * beaten version asks for is dropped. Reads poms with Maven's own code: the machine's local
 * repository, then Maven Central.
 */
final class HighestWins {
  private static final VersionScheme VERSIONS = new GenericVersionScheme();
  private static final Set<String> AT_RUN_TIME = Set.of("compile", "runtime");

  private static final int MAX_ROUNDS = 50;

  private final RepositorySystem system = new RepositorySystemSupplier().get();
  private final DefaultRepositorySystemSession session = MavenRepositorySystemUtils.newSession();
  private final List<RemoteRepository> central = List.of(central());
  private final Map<String, List<Dependency>> dependencies = new TreeMap<>();

  HighestWins() {
    session.setLocalRepositoryManager(
        system.newLocalRepositoryManager(
            session, new LocalRepository(Stranger.machineRepository().toFile())));
    session.setWorkspaceReader(new BuiltHere());
    session.setArtifactDescriptorPolicy(new SimpleArtifactDescriptorPolicy(false, false));
    session.setSystemProperties(System.getProperties());
  }

  /** Where Maven itself looks, as its super pom says. */
  private static RemoteRepository central() {
    try (InputStream pom =
        Objects.requireNonNull(
            ModelBuilder.class.getResourceAsStream("/org/apache/maven/model/pom-4.0.0.xml"))) {
      String url = new MavenXpp3Reader().read(pom).getRepositories().get(0).getUrl();
      return new RemoteRepository.Builder("central", "default", url)
          .setSnapshotPolicy(new RepositoryPolicy(false, null, null))
          .build();
    } catch (IOException | XmlPullParserException e) {
      throw new IllegalStateException("no super pom of Maven's on the class path", e);
    }
  }

  /** A way to an artifact, and what is excluded below it. */
  private record Step(Dependency dependency, Set<String> exclusions) {}

  /** The class path of a build whose only dependency is the given artifact, as coordinates. */
  Set<Artifact> resolve(Published root) throws Exception {
    Map<String, String> chosen = new LinkedHashMap<>();
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Map<Artifact, String> reached = reach(root, chosen);
      Map<String, String> highest = new TreeMap<>();
      for (Artifact artifact : reached.keySet()) {
        highest.merge(module(artifact), artifact.getVersion(), HighestWins::higher);
      }
      if (highest.equals(chosen)) {
        return reached.keySet();
      }
      chosen = highest;
    }
    throw new IllegalStateException("no stable choice of versions for " + root);
  }

  /** Walks from the root, each module in its chosen version, or in the one that is asked for. */
  private Map<Artifact, String> reach(Published root, Map<String, String> chosen) throws Exception {
    Artifact first =
        new DefaultArtifact(Published.GROUP, root.artifact(), "jar", Published.version());
    Deque<Step> steps =
        new ArrayDeque<>(List.of(new Step(new Dependency(first, "compile"), Set.of())));
    Set<Step> seen = new HashSet<>();
    Map<Artifact, String> reached = new LinkedHashMap<>();
    while (!steps.isEmpty()) {
      Step step = steps.remove();
      Artifact asked = step.dependency().getArtifact();
      String wanted = chosen.getOrDefault(module(asked), asked.getVersion());
      Artifact artifact = asked.setVersion(wanted);
      reached.put(asked.setVersion(higher(wanted, asked.getVersion())), wanted);
      for (Dependency next : dependencies(artifact)) {
        if (next.isOptional() || !AT_RUN_TIME.contains(next.getScope())) {
          continue;
        }
        if (excluded(next.getArtifact(), step.exclusions())) {
          continue;
        }
        Set<String> below = new HashSet<>(step.exclusions());
        for (Exclusion exclusion : next.getExclusions()) {
          below.add(exclusion.getGroupId() + ":" + exclusion.getArtifactId());
        }
        Step on = new Step(next.setExclusions(List.of()), Set.copyOf(below));
        if (seen.add(on)) {
          steps.add(on);
        }
      }
    }
    return reached;
  }

  private List<Dependency> dependencies(Artifact artifact) throws RepositoryException {
    String key = artifact.toString();
    List<Dependency> known = dependencies.get(key);
    if (known == null) {
      known =
          system
              .readArtifactDescriptor(
                  session, new ArtifactDescriptorRequest(artifact, central, null))
              .getDependencies();
      dependencies.put(key, known);
    }
    return known;
  }

  /** The files of a resolved class path. */
  List<Path> files(Set<Artifact> artifacts) throws RepositoryException {
    List<Path> files = new ArrayList<>();
    for (Artifact artifact : artifacts) {
      files.add(
          system
              .resolveArtifact(session, new ArtifactRequest(artifact, central, null))
              .getArtifact()
              .getFile()
              .toPath());
    }
    return files;
  }

  private static boolean excluded(Artifact artifact, Set<String> exclusions) {
    return exclusions.contains(artifact.getGroupId() + ":*")
        || exclusions.contains(artifact.getGroupId() + ":" + artifact.getArtifactId());
  }

  /** Versions are chosen for a module, whatever its classifiers. */
  private static String module(Artifact artifact) {
    return artifact.getGroupId() + ":" + artifact.getArtifactId();
  }

  private static String higher(String a, String b) {
    try {
      return VERSIONS.parseVersion(a).compareTo(VERSIONS.parseVersion(b)) >= 0 ? a : b;
    } catch (InvalidVersionSpecificationException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
