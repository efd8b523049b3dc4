package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.Address;
import dev.parley.transport.rsocket.ListenException.Reason;
import dev.parley.transport.rsocket.TransportFixture.Started;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;

@Timeout(60)
class ListenFailuresTest {
  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private ListenException listening(Address address, boolean epoll) {
    return catchThrowableOfType(
        ListenException.class,
        () ->
            fixture.start(in -> Mono.empty(), o -> o.threads(n -> n.epoll(epoll)).listen(address)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPortThatIsInUse(boolean epoll) {
    Started other = fixture.listening(in -> Mono.empty());

    ListenException e = listening(other.address(), epoll);

    assertThat(e.reason()).isEqualTo(Reason.IN_USE);
    assertThat(e.address()).isEqualTo(other.address());
    assertThat(e)
        .hasMessage(
            "cannot listen at %s: it is in use; choose another port, or stop what listens there"
                .formatted(other.address()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAddressOfAnotherMachine(boolean epoll) {
    assertThat(listening(Address.tcp("192.0.2.1", 7400), epoll).reason())
        .isEqualTo(Reason.NOT_LOCAL);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHostThatDoesNotResolve(boolean epoll) {
    assertThat(listening(Address.tcp("no-such-host.invalid", 7400), epoll).reason())
        .isEqualTo(Reason.UNKNOWN_HOST);
  }

  /** As root, a test may listen anywhere: what the system says to others is made up. */
  @Test
  void aPortThatIsNotPermitted() throws IOException {
    Address address = Address.tcp("127.0.0.1", 80);

    assertThat(reason(address, new Errors.NativeIoException("bind", -13)))
        .isEqualTo(Reason.NOT_PERMITTED);
    assertThat(reason(address, new SocketException("whatever it says")))
        .isEqualTo(Reason.NOT_PERMITTED);
    assertThat(reason(address, new BindException("whatever it says"))).isEqualTo(Reason.IN_USE);
    assertThat(reason(address, new IllegalStateException())).isEqualTo(Reason.OTHER);
  }

  private static Reason reason(Address address, Throwable cause) {
    return ListenException.of(address, new Wrapped(cause)).reason();
  }

  private static final class Wrapped extends ChannelBindException {
    private static final long serialVersionUID = 1L;

    Wrapped(Throwable cause) {
      super("127.0.0.1", 80, cause);
    }
  }
}
