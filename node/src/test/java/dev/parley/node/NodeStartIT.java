package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** How a program starts a node, and stays alive with it. */
@Timeout(120)
class NodeStartIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static AgentNodeBuilder node() {
    return AgentNode.builder().identity(Identity.generate()).network("test");
  }

  @Test
  void startNowGivesANodeThatListens() {
    try (AgentNode bob = node().listen("127.0.0.1", 0).receive(in -> Mono.empty()).startNow();
        AgentNode alice = node().peer(bob.peerAddress()).startNow()) {
      assertThat(bob.peerAddress())
          .isEqualTo(new PeerAddress(bob.id(), bob.addresses().get(0)))
          .hasToString(bob.id() + "@127.0.0.1:" + bob.addresses().get(0).port());
      assertThat(alice.sendNow(bob.id(), Message.text("hello"), LIMIT)).isEqualTo(Message.empty());
    }
  }

  @Test
  void aNodeThatOnlyDialsHasNoAddressToTell() {
    try (AgentNode alice = node().startNow()) {
      assertThatIllegalStateException()
          .isThrownBy(alice::peerAddress)
          .withMessage("this node listens at no address; set listen() to be dialled");
    }
  }

  @Test
  void startNowNamesWhatIsMissing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgentNode.builder().startNow())
        .withMessage(
            "identity is missing, must be set; network is missing, must be a name or a secret");
  }

  @Test
  void startNowIsRefusedOnThreadsThatMustNotBlock() {
    AgentNodeBuilder builder = node();
    Scheduler eventLoop = Schedulers.newParallel("loop", 1, true);
    try {
      Mono<AgentNode> onLoop = Mono.fromCallable(builder::startNow).subscribeOn(eventLoop);

      assertThatIllegalStateException()
          .isThrownBy(() -> onLoop.block(LIMIT))
          .withMessageContaining("use start()");
    } finally {
      eventLoop.dispose();
    }
  }

  @Test
  void aMainThatWaitsForTheEndLivesUntilItIsStopped() throws IOException, InterruptedException {
    Process main = java("wait");
    try (BufferedReader out = main.inputReader();
        AgentNode alice = node().startNow()) {
      PeerAddress bob = PeerAddress.parse(out.readLine());
      alice.addressBook().add(bob);

      assertThat(alice.sendNow(bob.id(), Message.text("hello"), LIMIT).text()).isEqualTo("noted");
      main.toHandle().destroy(); // SIGTERM, which the shutdown hook hears

      assertThat(main.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(out.readLine()).isEqualTo("closed");
    } finally {
      main.destroyForcibly();
    }
  }

  @Test
  void aMainThatOnlyStartsANodeEndsAtOnce() throws IOException, InterruptedException {
    Process main = java("end");
    try (BufferedReader out = main.inputReader()) {
      assertThat(out.readLine()).contains("@127.0.0.1:");
      assertThat(main.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(main.exitValue()).isZero();
    } finally {
      main.destroyForcibly();
    }
  }

  private static Process java(String argument) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), argument));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** What the Javadoc of {@link AgentNode} shows. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      AgentNode bob =
          AgentNode.builder()
              .identity(Identity.generate())
              .network("test")
              .listen("127.0.0.1", 0)
              .receive(in -> Mono.just(Message.text("noted")))
              .startNow();
      System.out.println(bob.peerAddress());
      if (args[0].equals("wait")) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(bob)));
        bob.onClose().block();
      }
    }

    private static void stop(AgentNode node) {
      node.close();
      System.out.println("closed");
    }
  }
}
