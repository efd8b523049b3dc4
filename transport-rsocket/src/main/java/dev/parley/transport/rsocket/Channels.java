package dev.parley.transport.rsocket;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** How sockets are read and closed. */
final class Channels {
  /** One handshake message fits, and little more is read from a stranger at once. */
  private static final int HANDSHAKE_READ_BYTES = 2048;

  /** Netty's default of 64 KiB costs a third of the throughput at 1 KiB. */
  private static final int BULK_READ_BYTES = 256 * 1024;

  private Channels() {}

  static RecvByteBufAllocator handshakeReads() {
    return new FixedRecvByteBufAllocator(HANDSHAKE_READ_BYTES);
  }

  static RecvByteBufAllocator bulkReads() {
    return new AdaptiveRecvByteBufAllocator(1024, 16 * 1024, BULK_READ_BYTES);
  }

  /** Closes with a reset, so that the peer can tell it from an answer to what it sent. */
  static void reset(Channel channel) {
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    } catch (RuntimeException e) {
      // The socket is gone already, which is what is wanted.
    }
    channel.close();
  }

  static InetAddress inet(SocketAddress address) {
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
