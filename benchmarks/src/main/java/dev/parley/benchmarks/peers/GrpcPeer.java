package dev.parley.benchmarks.peers;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/**
 * gRPC over TLS, with the BoringSSL that it ships, bytes instead of protocol buffers, its calls on
 * the event loop and a large window: each makes it faster than its defaults.
 */
final class GrpcPeer implements Peer {
  private static final int WINDOW = 4 * 1024 * 1024;

  private static final MethodDescriptor<byte[], byte[]> ECHO =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("benchmark/echo")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public boolean hasFirsts() {
    return true;
  }

  @Override
  public EchoServer serve(Keys keys) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress("127.0.0.1", 0),
                TlsServerCredentials.create(
                    keys.certificateFile().toFile(), keys.keyFile().toFile()))
            .directExecutor()
            .flowControlWindow(WINDOW)
            .addService(
                ServerServiceDefinition.builder("benchmark")
                    .addMethod(
                        ECHO,
                        ServerCalls.asyncUnaryCall(
                            (request, answer) -> {
                              answer.onNext(request);
                              answer.onCompleted();
                            }))
                    .build())
            .build()
            .start();
    return new EchoServer() {
      @Override
      public String address() {
        return Integer.toString(server.getPort());
      }

      @Override
      public void close() {
        server.shutdownNow();
      }
    };
  }

  @Override
  public EchoClient connect(String address, byte[] data, Keys keys) {
    return new Client(Integer.parseInt(address), data, keys);
  }

  private static final class Client implements EchoClient {
    private final int port;
    private final byte[] data;
    private final Keys keys;
    private final ManagedChannel channel;
    private final Map<Integer, ManagedChannel> slots = new ConcurrentHashMap<>();

    Client(int port, byte[] data, Keys keys) {
      this.port = port;
      this.data = data;
      this.keys = keys;
      channel = channel();
    }

    private ManagedChannel channel() {
      try {
        return NettyChannelBuilder.forAddress(
                "127.0.0.1",
                port,
                TlsChannelCredentials.newBuilder()
                    .trustManager(keys.certificateFile().toFile())
                    .build())
            .directExecutor()
            .flowControlWindow(WINDOW)
            .build();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String transport() {
      return "grpc-netty-shaded";
    }

    @Override
    public void request(Reply reply) {
      request(channel, reply);
    }

    private void request(ManagedChannel from, Reply reply) {
      ClientCalls.asyncUnaryCall(
          from.newCall(ECHO, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS)),
          data,
          new StreamObserver<>() {
            private int bytes = -1;

            @Override
            public void onNext(byte[] answer) {
              bytes = answer.length;
            }

            @Override
            public void onError(Throwable t) {
              reply.failed(t);
            }

            @Override
            public void onCompleted() {
              reply.answered(bytes);
            }
          });
    }

    @Override
    public void first(int slot, Reply reply) {
      request(slots.computeIfAbsent(slot, s -> channel()), reply);
    }

    @Override
    public Mono<Void> disconnect(int slot) {
      return Mono.fromRunnable(() -> Objects.requireNonNull(slots.remove(slot)).shutdownNow());
    }

    @Override
    public void close() {
      slots.values().forEach(ManagedChannel::shutdownNow);
      channel.shutdownNow();
    }
  }
}
