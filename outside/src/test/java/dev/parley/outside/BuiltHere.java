package dev.parley.outside;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.repository.WorkspaceReader;
import org.eclipse.aether.repository.WorkspaceRepository;
import org.jspecify.annotations.Nullable;

/** Finds our artifacts where the build of this tree has made them, never in a local repository. */
final class BuiltHere implements WorkspaceReader {
  private final WorkspaceRepository repository = new WorkspaceRepository("built-here");

  @Override
  public WorkspaceRepository getRepository() {
    return repository;
  }

  @Override
  public @Nullable File findArtifact(Artifact artifact) {
    if (!artifact.getGroupId().equals(Published.GROUP)) {
      return null;
    }
    Published published = Published.of(artifact.getArtifactId());
    try {
      boolean pom = artifact.getExtension().equals("pom");
      return (pom ? published.pom() : published.jar()).toFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> findVersions(Artifact artifact) {
    return List.of();
  }
}
