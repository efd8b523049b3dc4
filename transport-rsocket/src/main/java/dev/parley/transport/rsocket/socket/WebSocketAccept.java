package dev.parley.transport.rsocket.socket;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for an accepted connection to become a WebSocket, and answers any other request of HTTP
 * with an error. Nothing that a stranger sends is logged above debug, which is why Netty's codecs
 * are used without reactor-netty's HTTP server.
 */
final class WebSocketAccept extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(WebSocketAccept.class);
  private static final int MAX_LINE_BYTES = 1024;
  private static final int MAX_HEADER_BYTES = 2048;
  private static final int MAX_CHUNK_BYTES = 8192;
  private static final int MAX_BODY_BYTES = 1024;

  private final Supplier<HandshakeHandler> handler;

  private WebSocketAccept(Supplier<HandshakeHandler> handler) {
    this.handler = handler;
  }

  /**
   * Prepares a pipeline.
   *
   * @param before the name of the handler that stays behind all of it
   * @param limit how long it may take
   * @param handler makes what takes over
   */
  static void install(
      ChannelPipeline pipeline,
      String before,
      String path,
      Duration limit,
      Supplier<HandshakeHandler> handler) {
    WebSocketServerProtocolConfig config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath(path)
            .maxFramePayloadLength(WebSocketBytes.MAX_FRAME_BYTES)
            .handshakeTimeoutMillis(limit.toMillis() + 1000) // AdmissionHandler comes first
            .sendCloseFrame(null)
            .withUTF8Validator(false)
            .build();
    pipeline
        .addBefore(
            before, null, new HttpServerCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES))
        .addBefore(before, null, new HttpObjectAggregator(MAX_BODY_BYTES))
        .addBefore(before, null, new WebSocketServerProtocolHandler(config))
        .addBefore(before, WebSocketBytes.NAME, new WebSocketAccept(handler));
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.fireChannelActive();
    // Behind reactor-netty's own handler, which stops reading when it sees the connection.
    ctx.executor().execute(() -> ctx.channel().config().setAutoRead(true));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete
        && ctx.channel().isActive()) {
      ctx.pipeline().addAfter(ctx.name(), Sockets.HANDLER, handler.get());
      ctx.pipeline().replace(this, WebSocketBytes.NAME, new WebSocketBytes());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    try {
      if (msg instanceof FullHttpRequest request && ctx.channel().isActive()) {
        boolean broken = request.decoderResult().isFailure();
        log.debug("a request of HTTP was refused, {}", broken ? "malformed" : "not for the path");
        HttpResponseStatus status =
            broken ? HttpResponseStatus.BAD_REQUEST : HttpResponseStatus.NOT_FOUND;
        answer(ctx, status, !broken && HttpUtil.isKeepAlive(request));
      }
    } finally {
      ReferenceCountUtil.release(msg);
    }
  }

  private static void answer(ChannelHandlerContext ctx, HttpResponseStatus status, boolean keep) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
    if (keep) {
      ctx.writeAndFlush(response);
    } else {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("a connection did not become a WebSocket: {}", cause.toString());
    ctx.close();
  }
}
