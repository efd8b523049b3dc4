package dev.parley.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A directory that looks like a JDK's, with a script for {@code java}. */
record FakeJava(Path home) {

  /**
   * A Java of a version that runs a script; {@code $REAL} is a real one, {@code $HOME_DIR} this.
   */
  static FakeJava create(Path home, String version, String script) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    String head =
        "#!/bin/sh\nREAL='" + Jdk.current().home() + "/bin/java'\nHOME_DIR='" + home + "'\n";
    executable(home.resolve("bin/java"), head + script);
    return new FakeJava(home);
  }

  /** One that dies as a crashed JVM does, files left behind, when it is to list or dump classes. */
  static FakeJava thatCrashesAtDumps(Path home) throws IOException {
    return create(
        home,
        Jdk.current().feature() + ".0.1",
        """
        case "$*" in
          *-XX:DumpLoadedClassList*|*-Xshare:dump*|*ArchiveClassesAtExit*)
            echo "$*" >>"$HOME_DIR/dumps"
            echo crash >"hs_err_pid$$.log"
            echo crash >core
            kill -SEGV $$
            ;;
        esac
        exec "$REAL" "$@"
        """);
  }

  /** How often it was asked for a dump. */
  List<String> dumps() throws IOException {
    Path file = home.resolve("dumps");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
