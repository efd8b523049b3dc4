package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An application with a {@code module-info}, compiled and run on the module path alone. */
class ModuleIT {
  static Stream<Jdk> jdks() {
    return Jdk.each().stream();
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

  /** A type of each room that is not for users. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.parley.keys.Base58",
        "dev.parley.links.Links",
        "dev.parley.dht.life.KademliaNode",
        "dev.parley.dht.lookup.Lookup",
        "dev.parley.dht.port.DhtEnv",
        "dev.parley.dht.table.RoutingTable",
        "dev.parley.transport.crypto.AeadKey",
        "dev.parley.transport.rsocket.guard.FrameGuard",
        "dev.parley.transport.rsocket.link.LinkChannel",
        "dev.parley.transport.session.Dial"
      })
  void cannotNameWhatIsInside(String type, @TempDir Path directory) throws Exception {
    Path module = directory.resolve("module-info.java");
    Path source = directory.resolve("Curious.java");
    Files.writeString(module, "module com.example.curious { requires dev.parley.node; }");
    Files.writeString(
        source, "package com.example; class Curious { Object inside = " + type + ".class; }");
    HighestWins resolution = new HighestWins();
    List<Path> jars = resolution.files(resolution.resolve(Published.of("parley-node")));
    Command.Ended ended =
        Command.of(Jdk.each().get(0).home().resolve("bin/javac").toString())
            .and("--module-path", Jars.joined(jars), "-d", directory.toString())
            .and(module.toString(), source.toString())
            .run();
    assertThat(ended.exitCode()).as("%s", ended).isNotZero();
    assertThat(ended.err())
        .contains(type.substring(0, type.lastIndexOf('.')) + " is not visible")
        .contains("does not export it");
  }
}
