package dev.parley.transport.rsocket.socket;

import dev.parley.Address;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Waits for a connection that was dialled to become a WebSocket. Where it does not, who dials is
 * told, once, and nothing is logged: reactor-netty's HTTP client would, at warn.
 */
final class WebSocketDial extends ChannelInboundHandlerAdapter {
  private static final int MAX_LINE_BYTES = 1024;
  private static final int MAX_HEADER_BYTES = 8192;
  private static final int MAX_BODY_BYTES = 64 * 1024;

  private final Supplier<HandshakeHandler> handler;
  private final Consumer<Throwable> failed;
  private boolean connected;
  private boolean over;

  private WebSocketDial(Supplier<HandshakeHandler> handler, Consumer<Throwable> failed) {
    this.handler = handler;
    this.failed = failed;
  }

  /**
   * Prepares a pipeline.
   *
   * @param before the name of the handler that stays behind all of it
   * @param limit how long it may take
   * @param handler makes what takes over
   * @param failed is told why it did not become one, after the connection was there
   */
  static void install(
      ChannelPipeline pipeline,
      String before,
      Address address,
      Duration limit,
      Supplier<HandshakeHandler> handler,
      Consumer<Throwable> failed) {
    WebSocketClientProtocolConfig config =
        WebSocketClientProtocolConfig.newBuilder()
            .webSocketUri(URI.create(address.toString()))
            .maxFramePayloadLength(WebSocketBytes.MAX_FRAME_BYTES)
            .handshakeTimeoutMillis(Math.max(1, limit.toMillis()))
            .sendCloseFrame(null)
            .withUTF8Validator(false)
            .build();
    pipeline
        .addBefore(
            before, null, new HttpClientCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_HEADER_BYTES))
        .addBefore(before, null, new HttpObjectAggregator(MAX_BODY_BYTES))
        .addBefore(before, null, new WebSocketClientProtocolHandler(config))
        .addBefore(before, WebSocketBytes.NAME, new WebSocketDial(handler, failed));
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    connected = true;
    ctx.fireChannelActive();
    // Behind reactor-netty's own handler, which stops reading when it sees the connection.
    ctx.executor().execute(() -> ctx.channel().config().setAutoRead(true));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE && !over) {
      over = true;
      ctx.pipeline().addAfter(ctx.name(), Sockets.HANDLER, handler.get());
      ctx.pipeline().replace(this, WebSocketBytes.NAME, new WebSocketBytes());
    } else if (event == ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
      fail(ctx, new ConnectTimeoutException("no WebSocket in time"));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ReferenceCountUtil.release(msg);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, new WebSocketHandshakeException("the connection ended before it was a WebSocket"));
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause);
  }

  /** Nobody waits any more. Event loop. */
  void abandon(ChannelHandlerContext ctx) {
    over = true;
    ctx.close();
  }

  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
    if (connected && !over) {
      over = true;
      failed.accept(cause);
    }
  }
}
