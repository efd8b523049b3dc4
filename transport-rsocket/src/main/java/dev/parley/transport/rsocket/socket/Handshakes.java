package dev.parley.transport.rsocket.socket;

import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.session.FirstMessages;
import dev.parley.transport.session.SessionOptions;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;

/**
 * What all handshakes of a carrier share.
 *
 * @param options how long a handshake may take
 * @param session who we are, and what we offer
 * @param known the first messages that came
 * @param listener hears how each ended
 * @param clock monotonic, in nanoseconds
 * @param dialCrypto key agreements of our own dials
 * @param acceptCrypto key agreements of connections that come
 */
public record Handshakes(
    TransportOptions options,
    SessionOptions session,
    FirstMessages known,
    NodeListener listener,
    LongSupplier clock,
    CryptoQueue dialCrypto,
    CryptoQueue acceptCrypto) {
  /** Tells that a connection, or what came of it, is refused. */
  void refused(Refusal reason, Channel from) {
    if (from.remoteAddress() instanceof InetSocketAddress remote && remote.getAddress() != null) {
      refused(reason, remote.getAddress());
    } else {
      listener.refused(reason);
    }
  }

  /** The same of a connection from there. */
  public void refused(Refusal reason, InetAddress from) {
    listener.refused(reason);
    listener.turnedAway(reason, from);
  }

  long nanos() {
    return clock.getAsLong();
  }
}
