package dev.parley.cli.options;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version, the commit it was built from, and the JVM. */
public final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = VersionText.class.getPackage().getImplementationVersion();
    String commit = version == null ? "" : commit();
    String build = commit.isEmpty() ? "" : ", built from " + commit;
    return new String[] {
      "parley " + (version == null ? "(unpackaged)" : version) + build,
      "on "
          + System.getProperty("java.vm.name")
          + " "
          + Runtime.version()
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }

  /** The commit that the build wrote into the manifest of this jar; empty if it knew none. */
  private static String commit() {
    URL self = VersionText.class.getResource("VersionText.class");
    if (self == null || !self.toString().startsWith("jar:")) {
      return "";
    }
    String jar = self.toString();
    try (InputStream in =
        URI.create(jar.substring(0, jar.indexOf("!/") + 2) + "META-INF/MANIFEST.MF")
            .toURL()
            .openStream()) {
      Attributes attributes = new Manifest(in).getMainAttributes();
      String commit = attributes.getValue("Build-Commit");
      return commit == null ? "" : commit;
    } catch (IOException e) {
      return "";
    }
  }
}
