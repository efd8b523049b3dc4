package dev.parley.benchmarks.peers;

import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import io.rsocket.util.DefaultPayload;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * rsocket-java over its own TCP transport: tuned with zero copy and larger read buffers, or as it
 * comes.
 */
record RSocketPeer(Tls tls, boolean tuned) implements Peer {
  @Override
  public @Nullable String missing() {
    return tls == Tls.TCNATIVE && !OpenSsl.isAvailable()
        ? "netty-tcnative has no library for this system"
        : null;
  }

  @Override
  public boolean hasStreams() {
    return true;
  }

  @Override
  public boolean hasFirsts() {
    return true;
  }

  static AdaptiveRecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator(1024, 16 * 1024, 256 * 1024);
  }

  @Override
  public EchoServer serve(Keys keys) throws IOException {
    TcpServer tcp =
        TcpServer.create().host("127.0.0.1").port(0).childOption(ChannelOption.TCP_NODELAY, true);
    if (tuned) {
      tcp = tcp.childOption(ChannelOption.RECVBUF_ALLOCATOR, reads());
    }
    if (tls != Tls.NONE) {
      SslContext context = keys.server(tls);
      tcp = tcp.secure(spec -> spec.sslContext(context));
    }
    CloseableChannel server =
        Objects.requireNonNull(
            RSocketServer.create(SocketAcceptor.with(new Echo()))
                .payloadDecoder(decoder())
                .bind(TcpServerTransport.create(tcp))
                .block());
    return new EchoServer() {
      @Override
      public String address() {
        return Integer.toString(server.address().getPort());
      }

      @Override
      public void close() {
        server.dispose();
        server.onClose().block();
      }
    };
  }

  private PayloadDecoder decoder() {
    return tuned ? PayloadDecoder.ZERO_COPY : PayloadDecoder.DEFAULT;
  }

  private static final class Echo implements RSocket {
    @Override
    public Mono<Payload> requestResponse(Payload request) {
      return Mono.just(request);
    }

    @Override
    public Flux<Payload> requestStream(Payload request) {
      byte[] item = new byte[request.sliceData().readableBytes()];
      request.sliceData().readBytes(item);
      request.release();
      return Flux.generate(sink -> sink.next(ByteBufPayload.create(Unpooled.wrappedBuffer(item))));
    }
  }

  @Override
  public EchoClient connect(String address, byte[] data, Keys keys) throws IOException {
    return new Client(Integer.parseInt(address), data, keys);
  }

  private final class Client implements EchoClient {
    private final byte[] data;
    private final AtomicReference<String> transport = new AtomicReference<>("");
    private final Mono<RSocket> connect;
    private final RSocket socket;
    private final Map<Integer, RSocket> slots = new ConcurrentHashMap<>();

    Client(int port, byte[] data, Keys keys) throws IOException {
      this.data = data;
      TcpClient tcp =
          TcpClient.create()
              .host("127.0.0.1")
              .port(port)
              .option(ChannelOption.TCP_NODELAY, true)
              .doOnChannelInit(
                  (observer, channel, remote) -> transport.set(channel.getClass().getSimpleName()));
      if (tuned) {
        tcp = tcp.option(ChannelOption.RECVBUF_ALLOCATOR, reads());
      }
      if (tls != Tls.NONE) {
        SslContext context = keys.client(tls);
        tcp = tcp.secure(spec -> spec.sslContext(context));
      }
      connect =
          RSocketConnector.create()
              .payloadDecoder(decoder())
              .connect(TcpClientTransport.create(tcp));
      socket = Objects.requireNonNull(connect.block());
    }

    private Payload payload() {
      return tuned
          ? ByteBufPayload.create(Unpooled.wrappedBuffer(data))
          : DefaultPayload.create(data);
    }

    @Override
    public String transport() {
      return transport.get();
    }

    @Override
    public void request(Reply reply) {
      socket.requestResponse(payload()).subscribe(new ReplySubscriber(this::take, reply));
    }

    @Override
    public Publisher<?> stream() {
      return socket.requestStream(payload());
    }

    @Override
    public int take(Object item) {
      Payload payload = (Payload) item;
      int bytes = payload.sliceData().readableBytes();
      payload.release();
      return bytes;
    }

    @Override
    public void first(int slot, Reply reply) {
      connect
          .flatMap(
              connected -> {
                slots.put(slot, connected);
                return connected.requestResponse(payload());
              })
          .subscribe(new ReplySubscriber(this::take, reply));
    }

    @Override
    public Mono<Void> disconnect(int slot) {
      RSocket connected = Objects.requireNonNull(slots.remove(slot));
      connected.dispose();
      return connected.onClose().onErrorComplete();
    }

    @Override
    public void close() {
      slots.values().forEach(RSocket::dispose);
      socket.dispose();
    }
  }
}
