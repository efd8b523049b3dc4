package dev.parley.transport.rsocket.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Binary messages of a WebSocket to bytes and back; their boundaries mean nothing. A text message
 * ends the connection. Control frames are with Netty's handler before this one.
 */
final class WebSocketBytes extends ChannelDuplexHandler {
  /**
   * The largest frame, PROTOCOL.md "WebSocket". Netty hands a frame over when it is whole, so each
   * stranger may have as much of the node's memory.
   */
  static final int MAX_FRAME_BYTES = 1 << 16;

  /** Where the handler stands that takes and gives the bytes. */
  static final String NAME = "parley.ws";

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof BinaryWebSocketFrame binary) {
      ctx.fireChannelRead(binary.content());
    } else if (msg instanceof ContinuationWebSocketFrame continuation) {
      ctx.fireChannelRead(continuation.content());
    } else {
      ReferenceCountUtil.release(msg);
      if (msg instanceof TextWebSocketFrame) {
        ctx.close();
      }
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (!(msg instanceof ByteBuf bytes)) {
      ctx.write(msg, promise);
      return;
    }
    while (bytes.readableBytes() > MAX_FRAME_BYTES) {
      ctx.write(new BinaryWebSocketFrame(bytes.readRetainedSlice(MAX_FRAME_BYTES)));
    }
    ctx.write(new BinaryWebSocketFrame(bytes), promise);
  }
}
