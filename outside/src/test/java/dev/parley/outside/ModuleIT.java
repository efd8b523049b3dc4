package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An application with a {@code module-info}, compiled and run on the module path alone. */
class ModuleIT {
  static Stream<Jdk> jdks() {
    return Jdk.all().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void sendsAMessage(Jdk jdk, @TempDir Path classes) throws Exception {
    HighestWins resolution = new HighestWins();
    List<Path> jars = resolution.files(resolution.resolve(Published.of("parley-node")));
    Path sources = SourceTree.root().resolve("outside/projects/modular/src/main/java");
    Command.Ended compiled =
        Command.of(jdk.home().resolve("bin/javac").toString())
            .and("--module-path", Jars.joined(jars), "-d", classes.toString())
            .and(sources.resolve("module-info.java").toString())
            .and(sources.resolve("com/example/hello/Hello.java").toString())
            .run();
    assertThat(compiled.exitCode()).as("%s", compiled).isZero();
    Command.Ended ended =
        Command.of(jdk.home().resolve("bin/java").toString())
            .and(jdk.flags())
            .and("--module-path", classes + java.io.File.pathSeparator + Jars.joined(jars))
            // Netty, BouncyCastle and SLF4J have descriptors that no automatic module requires.
            .and("--add-modules", "ALL-MODULE-PATH")
            .and("--module", "com.example.hello/com.example.hello.Hello")
            .run();
    assertThat(ended.out()).as("%s", ended).isEqualTo("hello, module com.example.hello\n");
  }
}
