package dev.parley.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
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
import io.rsocket.util.EmptyPayload;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * Plain rsocket-java over its own TCP transport, without encryption: zero copy, and the same read
 * buffers as Parley's, which its default would do worse without.
 */
final class RSocketEcho implements EchoPeer {
  private final CloseableChannel server;
  private final RSocket client;
  private final byte[] data;

  RSocketEcho(byte[] data) {
    this.data = data;
    server =
        RSocketServer.create(SocketAcceptor.with(new Echo(data)))
            .payloadDecoder(PayloadDecoder.ZERO_COPY)
            .bind(
                TcpServerTransport.create(
                    TcpServer.create()
                        .host("127.0.0.1")
                        .port(0)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads())))
            .block();
    client =
        RSocketConnector.create()
            .payloadDecoder(PayloadDecoder.ZERO_COPY)
            .connect(
                TcpClientTransport.create(
                    TcpClient.create()
                        .remoteAddress(server::address)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, reads())))
            .block();
  }

  private record Echo(byte[] item) implements RSocket {
    @Override
    public Mono<Payload> requestResponse(Payload request) {
      return Mono.just(request);
    }

    @Override
    public Flux<Payload> requestStream(Payload request) {
      request.release();
      return Flux.generate(sink -> sink.next(ByteBufPayload.create(Unpooled.wrappedBuffer(item))));
    }
  }

  private static AdaptiveRecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator(1024, 16 * 1024, 256 * 1024);
  }

  @Override
  public Publisher<?> request() {
    ByteBuf body = Unpooled.wrappedBuffer(data);
    return client.requestResponse(ByteBufPayload.create(body));
  }

  @Override
  public Publisher<?> stream() {
    return client.requestStream(EmptyPayload.INSTANCE);
  }

  @Override
  public int answerBytes(Object answer) {
    Payload payload = (Payload) answer;
    int bytes = payload.sliceData().readableBytes();
    payload.release();
    return bytes;
  }

  @Override
  public void close() {
    client.dispose();
    server.dispose();
    server.onClose().block();
  }
}
