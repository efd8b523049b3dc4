package dev.parley.transport.rsocket;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.carrier.Transport;
import dev.parley.testkit.TransportContract;
import dev.parley.testkit.fault.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** The contract over loopback, where every dial goes through a proxy that can lose it. */
abstract class RSocketTransportContract extends TransportContract {
  /** Less than the default, so that a busy machine is not what is tested. */
  private static final int MAX_MESSAGE_BYTES = 256 << 10;

  private final Network network = Network.open("contract");
  private final Map<Integer, FaultProxy> proxies = new HashMap<>();

  @AfterEach
  void closeProxies() {
    proxies.values().forEach(FaultProxy::close);
  }

  /** Where to listen. */
  abstract Address listen();

  @Override
  protected Transport transport(Identity identity) {
    TransportOptions options =
        TransportOptions.builder()
            .listen(listen())
            .threads(n -> n.eventLoops(1))
            .limits(l -> l.maxMessageBytes(MAX_MESSAGE_BYTES))
            .accepting(a -> a.handshakeTimeout(Duration.ofMinutes(1)))
            .dialling(d -> d.dialTimeout(Duration.ofMinutes(1)).reconnectFor(Duration.ZERO))
            .build();
    return TransportFixture.links(identity, network, options);
  }

  @Override
  protected int maxMessageBytes() {
    return MAX_MESSAGE_BYTES;
  }

  @Override
  protected Address dialled(Address bound) {
    int port = proxies.computeIfAbsent(bound.port(), this::proxy).port();
    return new Address(bound.scheme(), bound.host(), port, bound.path());
  }

  private FaultProxy proxy(int port) {
    return FaultProxy.to("127.0.0.1", port).captureLimitBytes(0).start();
  }

  @Override
  protected void loseLinks() {
    proxies.values().forEach(FaultProxy::resetAll);
  }

  @Override
  protected Address refusingAddress() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Address.tcp("127.0.0.1", free.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
