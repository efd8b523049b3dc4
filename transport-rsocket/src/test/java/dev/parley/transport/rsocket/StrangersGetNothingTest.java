package dev.parley.transport.rsocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.session.Dial;
import dev.parley.transport.session.InitiatorHandshake;
import dev.parley.transport.session.SessionOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** A prober that lacks the agent id or the network gets no byte back, and is disconnected. */
@Timeout(60)
class StrangersGetNothingTest {
  private final TransportFixture fixture = new TransportFixture();
  private Started bob;

  @BeforeEach
  void listen() {
    bob =
        fixture.listening(
            in -> Mono.just(in.message()),
            o -> o.accepting(a -> a.handshakeTimeout(Duration.ofMillis(500))));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static byte[] message1(AgentId responder, Network network) {
    SessionOptions options =
        SessionOptions.builder().identity(Identity.generate()).network(network).build();
    return InitiatorHandshake.start(Dial.to(responder), options).message1();
  }

  /** How many bytes come back until the connection ends. */
  private int answered(byte[] probe) throws IOException {
    return answered(probe, bob);
  }

  private static int answered(byte[] probe, Started bob) throws IOException {
    try (Socket socket = RawPeer.open(bob.address())) {
      socket.getOutputStream().write(probe);
      return socket.getInputStream().readAllBytes().length;
    } catch (SocketException e) {
      return 0; // reset
    }
  }

  static Stream<Arguments> probes() {
    SplittableRandom random = new SplittableRandom(7);
    byte[] noise = new byte[1408];
    random.nextBytes(noise);
    byte[] framedNoise = noise.clone();
    framedNoise[0] = 0x05; // the length of a first message
    framedNoise[1] = 0x7E;
    return Stream.of(
        arguments("nothing", new byte[0]),
        arguments("a byte", new byte[] {5}),
        arguments("noise", noise),
        arguments("noise of the right length", framedNoise),
        arguments("zeros", new byte[4096]),
        arguments("HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII)),
        arguments("TLS", new byte[] {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("probes")
  void toStrangersIsSilent(String name, byte[] probe) throws IOException {
    assertThat(answered(probe)).isZero();
  }

  @Test
  void toMembersOfAnotherNetworkIsSilent() throws IOException {
    Started patient = fixture.listening(in -> Mono.just(in.message()));

    assertThat(answered(message1(patient.id(), Network.open("another")), patient)).isZero();
    assertThat(fixture.refused).containsExactly("bad_mac1");
  }

  @Test
  void toThoseWhoLookForAnotherAgentIsSilent() throws IOException {
    byte[] probe = message1(Identity.generate().id(), TransportFixture.NETWORK);
    assertThat(answered(probe)).isZero();
  }

  @Test
  void toAFirstMessageWithAnyByteChangedIsSilent() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 40; i++) {
      byte[] probe = message1(bob.id(), TransportFixture.NETWORK);
      probe[2 + random.nextInt(probe.length - 2)] ^= (byte) (1 << random.nextInt(8));
      assertThat(answered(probe)).isZero();
    }
  }

  @Test
  void toATruncatedFirstMessageIsSilent() throws IOException {
    byte[] whole = message1(bob.id(), TransportFixture.NETWORK);
    assertThat(answered(Arrays.copyOf(whole, whole.length - 1))).isZero();
  }

  @Test
  void toAMemberThatKnowsTheAgentAnswers() throws IOException {
    // The short timeout ends what stays silent; an answer takes as long as the machine needs.
    bob = fixture.listening(in -> Mono.just(in.message()), o -> {});
    byte[] probe = message1(bob.id(), TransportFixture.NETWORK);
    try (Socket socket = RawPeer.open(bob.address())) {
      socket.getOutputStream().write(probe);
      assertThat(socket.getInputStream().readNBytes(1408)).hasSize(1408);
    }
  }
}
