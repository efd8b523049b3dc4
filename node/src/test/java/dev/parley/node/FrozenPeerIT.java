package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Executed;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.testkit.RequiresTool;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** A peer whose process is stopped by a signal, and goes on later. */
@Timeout(120)
@RequiresTool("kill")
class FrozenPeerIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What a link's silence may take to be noticed, and a busy machine a little more. */
  private static final Duration NOTICED = Duration.ofSeconds(4);

  private static final Duration PACE = Duration.ofMillis(100);

  /** Answers every message until it is killed. */
  static final class Peer {
    private Peer() {}

    public static void main(String[] args) {
      AgentNode node =
          AgentNode.builder()
              .identity(Identity.generate())
              .network("frozen")
              .listen("127.0.0.1", 0)
              .receive(in -> Mono.just(in.message()))
              .startNow();
      System.out.println(node.peerAddress());
      node.onClose().block();
    }
  }

  private record Call(Duration begun, MessagingException failure) {}

  private static Process peer() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            List.of(
                java.toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=none.xml",
                "-cp",
                System.getProperty("java.class.path"),
                Peer.class.getName()))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static PeerAddress addressOf(Process peer) throws Exception {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("z6Mk")) {
        return PeerAddress.parse(line);
      }
    }
    throw new AssertionError("the peer has not told its address");
  }

  private static void signal(Process peer, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(peer.pid())).start();
    assertThat(kill.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  private static Mono<Message> call(AgentNode from, PeerAddress to, Duration timeout) {
    return from.send(to.id(), Message.text("hello"), SendOptions.timeout(timeout));
  }

  @Test
  void callsToAFrozenPeerAreNotExecutedAndThoseAfterItAreAnswered() throws Exception {
    Process peer = peer();
    try {
      PeerAddress address = addressOf(peer);
      AgentNode alice =
          AgentNode.builder()
              .identity(Identity.generate())
              .network("frozen")
              .peer(address)
              .start()
              .block(LIMIT);
      try {
        call(alice, address, LIMIT).block(LIMIT);
        signal(peer, "STOP");
        assertThat(failedWhileFrozen(alice, address))
            .filteredOn(call -> call.begun().compareTo(NOTICED) > 0)
            .isNotEmpty()
            .allSatisfy(
                call -> {
                  assertThat(call.failure().executed()).isEqualTo(Executed.NO);
                  assertThat(call.failure().isRetryable()).isTrue();
                });
        signal(peer, "CONT");
        Message answer =
            call(alice, address, Duration.ofSeconds(5))
                .retryWhen(Retry.fixedDelay(20, PACE))
                .block(LIMIT);
        assertThat(answer.text()).isEqualTo("hello");
      } finally {
        alice.close();
      }
    } finally {
      peer.destroyForcibly().waitFor();
    }
  }

  /** Ten calls a second, for eight seconds; each has three to end. */
  private static List<Call> failedWhileFrozen(AgentNode alice, PeerAddress bob) {
    return Flux.interval(Duration.ZERO, PACE)
        .onBackpressureDrop()
        .take(80)
        .flatMap(
            tick ->
                call(alice, bob, Duration.ofSeconds(3))
                    .map(answer -> new Call(PACE.multipliedBy(tick), null))
                    .onErrorResume(
                        MessagingException.class,
                        e -> Mono.just(new Call(PACE.multipliedBy(tick), e))),
            256)
        .collectList()
        .block(LIMIT);
  }
}
