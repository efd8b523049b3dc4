package dev.parley.simulator.whole;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** One end of a connection, as a Netty channel: what a socket's channel does, without a socket. */
final class SimChannel extends AbstractChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final SimProcess process;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final Config config = new Config();
  private final Deque<byte[]> received = new ArrayDeque<>();
  private int offset; // in the first of what was received
  private SimPipe out;
  private SimPipe in;
  private boolean open = true;
  private boolean reads;
  private boolean ended; // by the other side, in order
  private boolean lingers = true;

  SimChannel(SimProcess process, InetSocketAddress local, InetSocketAddress remote) {
    super(null);
    this.process = process;
    this.local = local;
    this.remote = remote;
    config.setAllocator(process.allocator());
    config.setWriteBufferWaterMark(new WriteBufferWaterMark(128 * 1024, 512 * 1024));
  }

  void connect(SimPipe outward, SimPipe inward) {
    out = outward;
    in = inward;
  }

  SimProcess process() {
    return process;
  }

  /** Bytes came. */
  void received(byte[] bytes) {
    received.add(bytes);
    readSoon();
  }

  /** The other side has closed in order. */
  void finished() {
    ended = true;
    readSoon();
  }

  /** The other side has reset the connection. */
  void reset() {
    if (process.isDead()) {
      return;
    }
    if (open && !isRegistered()) { // not yet
      process.shared().schedule(this::reset, 1, TimeUnit.MILLISECONDS);
      return;
    }
    process
        .loop()
        .execute(
            () -> {
              if (open) {
                received.clear();
                out.abandon();
                pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
                unsafe().close(voidPromise());
              }
            });
  }

  /** There is room for more to be written. */
  void resume() {
    if (open && !process.isDead()) {
      process.loop().execute(() -> ((SimUnsafe) unsafe()).resume());
    }
  }

  private void readSoon() {
    if (open && !process.isDead()) {
      process.loop().execute(this::readNow);
    }
  }

  private void readNow() {
    if (!open || !reads) {
      return;
    }
    if (!received.isEmpty()) {
      readBytes();
    }
    if (ended && received.isEmpty() && open) {
      unsafe().close(voidPromise());
    }
  }

  private void readBytes() {
    RecvByteBufAllocator.Handle handle = unsafe().recvBufAllocHandle();
    handle.reset(config);
    reads = false;
    do {
      ByteBuf buf = handle.allocate(config.getAllocator());
      handle.attemptedBytesRead(buf.writableBytes());
      int taken = fill(buf);
      handle.lastBytesRead(taken);
      handle.incMessagesRead(1);
      in.taken(taken);
      pipeline().fireChannelRead(buf);
    } while (open && !received.isEmpty() && handle.continueReading());
    handle.readComplete();
    pipeline().fireChannelReadComplete();
  }

  private int fill(ByteBuf buf) {
    int taken = 0;
    while (buf.isWritable() && !received.isEmpty()) {
      byte[] first = received.peek();
      int n = Math.min(buf.writableBytes(), first.length - offset);
      buf.writeBytes(first, offset, n);
      taken += n;
      offset += n;
      if (offset == first.length) {
        offset = 0;
        received.remove();
      }
    }
    return taken;
  }

  @Override
  protected void doBeginRead() {
    reads = true;
    if (!received.isEmpty() || ended) {
      readSoon();
    }
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer buffers) {
    while (buffers.current() instanceof ByteBuf buf) {
      int n = Math.min(out.room(), buf.readableBytes());
      if (n == 0 && buf.isReadable()) {
        return; // until some of it was taken
      }
      byte[] bytes = new byte[n];
      buf.readBytes(bytes);
      out.send(bytes);
      buffers.progress(n);
      if (!buf.isReadable()) {
        buffers.remove();
      }
    }
  }

  @Override
  protected void doClose() {
    open = false;
    if (lingers && received.isEmpty()) {
      out.finish();
    } else {
      out.reset();
    }
    received.clear();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new SimUnsafe();
  }

  private final class SimUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      promise.setFailure(new UnsupportedOperationException("it is connected when it is made"));
    }

    void resume() {
      flush0();
    }
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop instanceof SimLoop;
  }

  @Override
  protected SocketAddress localAddress0() {
    return local;
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return remote;
  }

  @Override
  protected void doBind(SocketAddress address) {}

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open && isRegistered();
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  private final class Config extends DefaultChannelConfig {
    Config() {
      super(SimChannel.this);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
      if (option == ChannelOption.SO_LINGER) {
        lingers = false;
        return true;
      }
      return super.setOption(option, value);
    }
  }
}
