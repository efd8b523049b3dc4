package dev.parley.transport.rsocket.socket;

import dev.parley.transport.rsocket.guard.EventLoops;
import dev.parley.transport.rsocket.link.Channels;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The first handler of a connection that was accepted: it counts it, resets it where that exceeds a
 * limit, and resets it where no identity is proved in time, whatever it is doing until then (a
 * WebSocket has a request of HTTP to read before there is a handshake).
 */
final class AdmissionHandler extends ChannelInboundHandlerAdapter {
  private static final AttributeKey<ConnectionAdmission.Slot> SLOT =
      AttributeKey.valueOf("parley.slot");

  private final Sockets.Accepting accepting;
  private final Duration limit;

  AdmissionHandler(Sockets.Accepting accepting, Duration limit) {
    this.accepting = accepting;
    this.limit = limit;
  }

  /** The place that a connection was given. */
  static ConnectionAdmission.Slot slotOf(Channel channel) {
    return Objects.requireNonNull(channel.attr(SLOT).get(), "slot");
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    ConnectionAdmission.Slot slot = accepting.admit(Channels.inet(channel.remoteAddress()));
    if (!slot.isAdmitted()) {
      Channels.reset(channel);
      return;
    }
    channel.attr(SLOT).set(slot);
    channel.closeFuture().addListener(f -> slot.release());
    Runnable giveWay = () -> end(channel, slot, AcceptHandler::giveWay);
    Runnable expire = () -> end(channel, slot, AcceptHandler::expire);
    slot.onGiveWay(() -> EventLoops.execute(channel.eventLoop(), giveWay));
    channel.eventLoop().schedule(expire, limit.toNanos(), TimeUnit.NANOSECONDS);
    ctx.fireChannelActive();
    ctx.pipeline().remove(this);
  }

  /** Has a connection end that has not proved who is there, by its handshake if that has begun. */
  private static void end(
      Channel channel, ConnectionAdmission.Slot slot, Consumer<AcceptHandler> ending) {
    if (slot.isAuthenticated() || !channel.isOpen()) {
      return;
    }
    AcceptHandler handshake = channel.pipeline().get(AcceptHandler.class);
    if (handshake == null) {
      Channels.reset(channel);
    } else {
      ending.accept(handshake);
    }
  }
}
