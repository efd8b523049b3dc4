package dev.parley.transport.rsocket.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Hears why a listening socket cannot accept a connection, which Netty tries again in a second. */
final class AcceptFaults extends ChannelInboundHandlerAdapter {
  private final Sockets.Accepting accepting;

  AcceptFaults(Sockets.Accepting accepting) {
    this.accepting = accepting;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (OsError.of(cause) == OsError.NO_DESCRIPTORS) {
      accepting.noDescriptors();
    }
    ctx.fireExceptionCaught(cause);
  }
}
