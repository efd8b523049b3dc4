package dev.parley.benchmarks.peers;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Netty with a length before each message and answers in the order of requests: no encryption, no
 * ids, no deadlines, no demand. What is left is the least that a message can cost.
 *
 * @param coalesced whether all that is written during one read leaves in one buffer, instead of one
 *     for each message
 */
record NettyPeer(boolean coalesced) implements Peer {
  private static final int MAX_FRAME = 1 << 24;

  private static EventLoopGroup group() {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(1, io);
  }

  /** Frames in, frames out; what is written leaves when the reads of one turn are done. */
  private abstract class Frames extends ChannelInboundHandlerAdapter {
    private @Nullable ByteBuf gathered;
    private boolean reading;

    final void write(ChannelHandlerContext ctx, int bytes, Consumer<ByteBuf> body) {
      ByteBuf to = gathered;
      if (to == null) {
        to = ctx.alloc().directBuffer(coalesced ? Math.max(65_536, 4 + bytes) : 4 + bytes);
      }
      to.writeInt(bytes);
      body.accept(to);
      if (coalesced) {
        gathered = to;
      } else {
        ctx.write(to, ctx.voidPromise());
      }
      if (!reading) {
        flush(ctx);
      }
    }

    abstract void read(ChannelHandlerContext ctx, ByteBuf frame);

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      reading = true;
      ByteBuf frame = (ByteBuf) msg;
      try {
        read(ctx, frame);
      } finally {
        frame.release();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      reading = false;
      flush(ctx);
    }

    private void flush(ChannelHandlerContext ctx) {
      ByteBuf all = gathered;
      gathered = null;
      if (all != null) {
        ctx.write(all, ctx.voidPromise());
      }
      ctx.flush();
    }
  }

  private final class Echo extends Frames {
    @Override
    void read(ChannelHandlerContext ctx, ByteBuf frame) {
      write(ctx, frame.readableBytes(), to -> to.writeBytes(frame));
    }
  }

  private final class Caller extends Frames {
    private final Queue<Reply> waiting = new ArrayDeque<>();

    void send(ChannelHandlerContext ctx, byte[] data, Reply reply) {
      waiting.add(reply);
      write(ctx, data.length, to -> to.writeBytes(data));
    }

    @Override
    void read(ChannelHandlerContext ctx, ByteBuf frame) {
      Objects.requireNonNull(waiting.poll(), "nobody waits").answered(frame.readableBytes());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      waiting.forEach(reply -> reply.failed(new IllegalStateException("the connection is closed")));
      waiting.clear();
    }
  }

  private static ChannelInitializer<Channel> pipeline(Supplier<? extends Frames> frames) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new LengthFieldBasedFrameDecoder(MAX_FRAME, 0, 4, 0, 4));
        channel.pipeline().addLast(frames.get());
      }
    };
  }

  @Override
  public EchoServer serve(Keys keys) {
    EventLoopGroup group = group();
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, RSocketPeer.reads())
            .childHandler(pipeline(Echo::new))
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
    return new EchoServer() {
      @Override
      public String address() {
        return Integer.toString(((InetSocketAddress) server.localAddress()).getPort());
      }

      @Override
      public void close() {
        server.close();
        group.shutdownGracefully();
      }
    };
  }

  @Override
  public EchoClient connect(String address, byte[] data, Keys keys) {
    EventLoopGroup group = group();
    Caller caller = new Caller();
    Channel channel =
        new Bootstrap()
            .group(group)
            .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, RSocketPeer.reads())
            .handler(pipeline(() -> caller))
            .connect("127.0.0.1", Integer.parseInt(address))
            .syncUninterruptibly()
            .channel();
    ChannelHandlerContext context = channel.pipeline().context(caller);
    return new EchoClient() {
      @Override
      public String transport() {
        return channel.getClass().getSimpleName();
      }

      @Override
      public void request(Reply reply) {
        if (channel.eventLoop().inEventLoop()) {
          caller.send(context, data, reply);
        } else {
          channel.eventLoop().execute(() -> caller.send(context, data, reply));
        }
      }

      @Override
      public void close() {
        channel.close();
        group.shutdownGracefully();
      }
    };
  }
}
