package dev.parley.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.testkit.RequiresTool;
import dev.parley.testkit.fault.Capture;
import dev.parley.testkit.fault.FaultProxy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Nothing that two agents say to each other, nor who they are, can be read from the wire. */
@Timeout(120)
class WirePrivacyIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String DATA = "canary-in-the-data-7f3a91";
  private static final String ANSWER = "canary-in-the-answer-55c2";
  private static final String ROUTE = "canary/in/the/route";
  private static final String TYPE = "application/canary-type";
  private static final String NAME = "canary-header-name";
  private static final String VALUE = "canary-header-value-00e8";
  private static final String REASON = "canary-in-a-refusal-91bb";

  private final List<AutoCloseable> resources = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = resources.size() - 1; i >= 0; i--) {
      resources.get(i).close();
    }
  }

  private <T extends AutoCloseable> T closing(T resource) {
    resources.add(resource);
    return resource;
  }

  private AgentNode bob(String listen) {
    return closing(
        AgentNode.builder()
            .identity(Identity.generate())
            .network("canary-network-name")
            .listen(Address.parseListen(listen))
            .receive(ROUTE, in -> Mono.just(Message.text(ANSWER).withHeader(NAME, VALUE)))
            .receive(
                "refuse", in -> Mono.error(HandlerFailure.of(FailureCode.REJECTED, REASON, null)))
            .start()
            .block(LIMIT));
  }

  private AgentNode alice(AgentId bob, Address at) {
    return closing(
        AgentNode.builder()
            .identity(Identity.generate())
            .network("canary-network-name")
            .peer(new PeerAddress(bob, at))
            .start()
            .block(LIMIT));
  }

  private static void talk(AgentNode alice, AgentId bob) {
    Message message = Message.of(DATA.getBytes(UTF_8), TYPE).withHeader(NAME, VALUE);
    for (int i = 0; i < 20; i++) {
      Message answer = alice.sendNow(bob, message, SendOptions.timeout(LIMIT).route(ROUTE));
      assertThat(answer.text()).isEqualTo(ANSWER);
    }
    alice
        .send(bob, message, SendOptions.timeout(LIMIT).route("refuse"))
        .onErrorComplete()
        .block(LIMIT);
  }

  private static List<byte[]> needles(AgentId... ids) {
    List<byte[]> plain = new ArrayList<>();
    for (String canary : List.of(DATA, ANSWER, ROUTE, TYPE, NAME, VALUE, REASON)) {
      plain.add(canary.getBytes(UTF_8));
    }
    plain.add("canary-network-name".getBytes(UTF_8));
    plain.add("message/x.rsocket".getBytes(UTF_8));
    plain.add("x/parley".getBytes(UTF_8));
    for (AgentId id : ids) {
      plain.add(id.toBytes());
      plain.add(id.toString().getBytes(UTF_8));
    }
    List<byte[]> all = new ArrayList<>(plain);
    for (byte[] needle : plain) {
      all.add(HexFormat.of().formatHex(needle).getBytes(UTF_8));
      all.add(Base64.getEncoder().withoutPadding().encode(needle));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "ws://127.0.0.1:0/p"})
  void aProxyOnThePathSeesNoCanary(String listen) {
    AgentNode bob = bob(listen);
    Address real = bob.addresses().get(0);
    FaultProxy proxy = closing(FaultProxy.to("127.0.0.1", real.port()).start());
    AgentNode alice =
        alice(bob.id(), new Address(real.scheme(), "127.0.0.1", proxy.port(), real.path()));

    talk(alice, bob.id());

    Capture capture = proxy.capture();
    assertThat(capture.isComplete()).isTrue();
    assertThat(capture.bytes()).isGreaterThan(3_000);
    for (byte[] needle : needles(alice.id(), bob.id())) {
      assertThat(capture.contains(needle)).as(new String(needle, UTF_8)).isFalse();
    }
  }

  @Test
  @RequiresTool("tshark")
  void tsharkOnTheInterfaceSeesNoCanary(@TempDir Path directory) throws Exception {
    AgentNode bob = bob("127.0.0.1:0");
    Address at = bob.addresses().get(0);
    AgentNode alice = alice(bob.id(), at);
    Path file = directory.resolve("capture.pcap");
    Process tshark =
        new ProcessBuilder(
                "tshark",
                "-i",
                "lo",
                "-f",
                "tcp port " + at.port(),
                "-w",
                file.toString(),
                "-a",
                "duration:60")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(tshark.getInputStream(), UTF_8))) {
      awaitCapturing(said);
      awaitCaptured(at, file, "marker before the talk");
      talk(alice, bob.id());
      awaitCaptured(at, file, "marker behind the talk");
      alice.close();
      bob.close();
    } finally {
      tshark.destroy();
      assertThat(tshark.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    byte[] captured = Files.readAllBytes(file);
    // The packets are there, in the clear: what is missing is not missing for want of a capture.
    assertThat(indexOf(captured, "PLY1".getBytes(UTF_8))).isNotNegative();
    assertThat(captured.length).isGreaterThan(3_000);
    for (byte[] needle : needles(alice.id(), bob.id())) {
      assertThat(indexOf(captured, needle)).as(new String(needle, UTF_8)).isNegative();
    }
  }

  private static void awaitCapturing(BufferedReader said) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      if (line.startsWith("Capturing on")) {
        return;
      }
    }
    throw new IllegalStateException("tshark does not capture: " + all);
  }

  /** Sends what the node takes for noise, until the capture has it. */
  private static void awaitCaptured(Address at, Path file, String marker) {
    byte[] bytes = marker.getBytes(UTF_8);
    Flux.interval(Duration.ZERO, Duration.ofMillis(100), Schedulers.boundedElastic())
        .onBackpressureDrop()
        .concatMap(
            i ->
                Mono.fromCallable(
                    () -> {
                      try (Socket socket = new Socket(at.host(), at.port())) {
                        socket.getOutputStream().write(bytes);
                      }
                      return Files.exists(file) && indexOf(Files.readAllBytes(file), bytes) >= 0;
                    }),
            1)
        .filter(captured -> captured)
        .blockFirst(LIMIT);
  }

  private static int indexOf(byte[] in, byte[] needle) {
    for (int i = 0; i + needle.length <= in.length; i++) {
      int j = 0;
      while (j < needle.length && in[i + j] == needle[j]) {
        j++;
      }
      if (j == needle.length) {
        return i;
      }
    }
    return -1;
  }
}
