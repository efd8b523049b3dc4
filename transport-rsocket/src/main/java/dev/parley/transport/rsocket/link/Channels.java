package dev.parley.transport.rsocket.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** How sockets are closed and named. */
public final class Channels {
  private Channels() {}

  /** Closes with a reset, so that the peer can tell it from an answer to what it sent. */
  public static void reset(Channel channel) {
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    } catch (RuntimeException e) {
      // The socket is gone already, which is what is wanted.
    }
    channel.close();
  }

  public static InetAddress inet(SocketAddress address) {
    return address instanceof InetSocketAddress i && i.getAddress() != null
        ? i.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress i) {
      String host = i.getAddress() == null ? i.getHostString() : i.getAddress().getHostAddress();
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + i.getPort();
    }
    return String.valueOf(address);
  }
}
