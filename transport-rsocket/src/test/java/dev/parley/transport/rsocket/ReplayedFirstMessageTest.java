package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.Address;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.session.Dial;
import dev.parley.transport.session.InitiatorHandshake;
import dev.parley.transport.session.SessionOptions;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** Somebody without any key has recorded a first message, and sends it again. */
@Timeout(60)
class ReplayedFirstMessageTest {
  private static final int ANSWER_BYTES = 1408;

  private final TransportFixture fixture = new TransportFixture();
  private final Identity identity = Identity.generate();
  private final AtomicLong passedNanos = new AtomicLong();
  private Started bob;

  @BeforeEach
  void listen() {
    fixture.clock = () -> System.nanoTime() + passedNanos.get();
    fixture.wall = this::now;
    bob = node();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Instant now() {
    return Instant.now().plusNanos(passedNanos.get());
  }

  private void pass(Duration time) {
    passedNanos.addAndGet(time.toNanos());
  }

  private Started node() {
    return fixture.start(
        identity, in -> Mono.just(in.message()), o -> o.listen(Address.tcp("127.0.0.1", 0)));
  }

  private byte[] message1(Duration ahead) {
    SessionOptions options =
        SessionOptions.builder()
            .identity(Identity.generate())
            .network(TransportFixture.NETWORK)
            .clock(() -> now().plus(ahead))
            .build();
    return InitiatorHandshake.start(Dial.to(identity.id()), options).message1();
  }

  /** A first message as it goes over the wire, answered. */
  private byte[] recorded() throws IOException {
    byte[] message = message1(Duration.ZERO);
    assertThat(answered(message, bob)).isEqualTo(ANSWER_BYTES);
    return message;
  }

  /** How many bytes come back until the connection ends, which it does in order. */
  private static int answered(byte[] message, Started node) throws IOException {
    try (Socket socket = RawPeer.open(node.address())) {
      socket.getOutputStream().write(message);
      int bytes = socket.getInputStream().readNBytes(ANSWER_BYTES).length;
      assertThat(bytes > 0 || socket.getInputStream().read() == -1).isTrue();
      return bytes;
    }
  }

  @Test
  void atOnceGetsNothing() throws IOException {
    byte[] message = recorded();

    assertThat(answered(message, bob)).isZero();
    assertThat(answered(message, bob)).isZero();
    assertThat(fixture.refused).contains("replayed");
  }

  @Test
  void laterGetsNothing() throws IOException {
    byte[] message = recorded();

    pass(Duration.ofSeconds(15));
    assertThat(answered(message, bob)).isZero();
    pass(Duration.ofMinutes(4));
    assertThat(answered(message, bob)).isZero();
    pass(Duration.ofHours(1));
    assertThat(answered(message, bob)).isZero();
    assertThat(fixture.refused).contains("replayed", "clock_skew");
  }

  @Test
  void toAProcessThatHasNotSeenItIsAnsweredOnceWhileItIsFresh() throws IOException {
    byte[] message = recorded();
    Started restarted = node(); // or another process with the same key

    assertThat(answered(message, restarted)).isEqualTo(ANSWER_BYTES);
    assertThat(answered(message, restarted)).isZero();
  }

  @Test
  void toAProcessThatHasNotSeenItGetsNothingWhenItIsOld() throws IOException {
    byte[] message = recorded();
    pass(Duration.ofMinutes(5).plusSeconds(1));
    Started restarted = node();

    assertThat(answered(message, restarted)).isZero();
    assertThat(fixture.refused).contains("clock_skew").doesNotContain("replayed");
  }

  @Test
  void aWrongClockIsToldFromARecording() throws IOException {
    assertThat(answered(message1(Duration.ofMinutes(10)), bob)).isZero();
    assertThat(answered(message1(Duration.ofMinutes(-10)), bob)).isZero();
    assertThat(fixture.refused).contains("clock_skew").doesNotContain("replayed");

    assertThat(answered(message1(Duration.ofMinutes(4)), bob)).isEqualTo(ANSWER_BYTES);
    assertThat(answered(message1(Duration.ofMinutes(-4)), bob)).isEqualTo(ANSWER_BYTES);
  }

  @Test
  void whoseClockIsWrongIsToldToLookAtIt() {
    fixture.wall = () -> now().plus(Duration.ofMinutes(10));
    Started alice = fixture.dialling(o -> {});

    MessagingException e =
        catchThrowableOfType(
            MessagingException.class, () -> alice.connect(bob).block(TransportFixture.LIMIT));

    assertThat(e.code()).isEqualTo(FailureCode.IDENTITY_MISMATCH);
    assertThat(e).hasMessageContaining("clocks");
  }
}
