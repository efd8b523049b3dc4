package dev.parley.transport.rsocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Address;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What is said of a peer that does not shake hands must be true. */
@Timeout(60)
class DialFailuresTest {
  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private interface Behaviour {
    void with(Socket socket) throws IOException;
  }

  private static void readMessage1(Socket socket) throws IOException {
    socket.getInputStream().readNBytes(1408);
  }

  /** Dials a server that accepts, and then does something else than answer. */
  private MessagingException failure(Behaviour then) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Mono.fromCallable(
              () -> {
                while (!server.isClosed()) { // it is dialled again where it resets
                  try (Socket socket = server.accept()) {
                    then.with(socket);
                  }
                }
                return true;
              })
          .subscribeOn(Schedulers.boundedElastic())
          .subscribe(done -> {}, e -> {});
      AtomicReference<MessagingException> caught = new AtomicReference<>();
      assertThatThrownBy(
              () ->
                  fixture
                      .dialling(o -> {})
                      .connect(
                          Identity.generate().id(), Address.tcp("127.0.0.1", server.getLocalPort()))
                      .block(TransportFixture.LIMIT))
          .isInstanceOfSatisfying(MessagingException.class, caught::set);
      return caught.get();
    }
  }

  @Test
  void anEndInOrderWithoutAByteIsAnotherIdentity() throws IOException {
    assertThat(failure(DialFailuresTest::readMessage1).code())
        .isEqualTo(FailureCode.IDENTITY_MISMATCH);
  }

  @Test
  void aResetWithoutAByteIsALimitThatWasMet() throws IOException {
    MessagingException e =
        failure(
            socket -> {
              readMessage1(socket);
              socket.setSoLinger(true, 0);
            });

    assertThat(e.code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(e.isRetryable()).isTrue();
  }

  /**
   * The reset meets the dialler while it computes, and shows when it writes. Each call dials five
   * times.
   */
  @Test
  void aResetBeforeTheFirstMessageIsNotAnotherIdentity() throws IOException {
    for (int i = 0; i < 2; i++) {
      MessagingException e = failure(socket -> socket.setSoLinger(true, 0));

      assertThat(e.code()).isEqualTo(FailureCode.OVERLOADED);
    }
  }

  @Test
  void anotherProtocolIsSaidToBeOne() throws IOException {
    MessagingException e =
        failure(
            socket -> {
              readMessage1(socket);
              socket.getOutputStream().write("HTTP/1.1 400 Bad".getBytes(US_ASCII));
            });

    assertThat(e.code()).isEqualTo(FailureCode.HANDSHAKE_FAILED);
    assertThat(e).hasMessageContaining("does not speak Parley");
  }

  @Test
  void anotherVersionIsSaidToBeOne() throws IOException {
    MessagingException e =
        failure(
            socket -> {
              readMessage1(socket);
              socket.getOutputStream().write(new byte[] {0, 8, (byte) 0xEE, 3, 0, 0, 0, 0, 0, 0});
            });

    assertThat(e.code()).isEqualTo(FailureCode.HANDSHAKE_FAILED);
    assertThat(e.isRetryable()).isFalse();
    assertThat(e).hasMessageContaining("version");
  }

  @Test
  void anAnswerThatBreaksOffIsNotAnotherIdentity() throws IOException {
    MessagingException e =
        failure(
            socket -> {
              readMessage1(socket);
              socket.getOutputStream().write(new byte[] {0x05, 0x7E, 2, 0, 1});
            });

    assertThat(e.code()).isEqualTo(FailureCode.HANDSHAKE_FAILED);
  }
}
