package dev.parley.benchmarks.peers;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Vert.x over TLS, with BoringSSL where there is one: a length before each message, answers in the
 * order of requests.
 */
final class VertxPeer implements Peer {

  private static Vertx vertx() {
    return Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
  }

  /** Hands over whole frames. */
  private static RecordParser frames(Consumer<Buffer> frame) {
    RecordParser parser = RecordParser.newFixed(4);
    parser.handler(
        new io.vertx.core.Handler<>() {
          private boolean inBody;

          @Override
          public void handle(Buffer part) {
            if (inBody) {
              frame.accept(part);
              parser.fixedSizeMode(4);
            } else {
              parser.fixedSizeMode(part.getInt(0));
            }
            inBody = !inBody;
          }
        });
    return parser;
  }

  private static Buffer framed(Buffer body) {
    return Buffer.buffer(4 + body.length()).appendInt(body.length()).appendBuffer(body);
  }

  @Override
  public EchoServer serve(Keys keys) throws Exception {
    Vertx vertx = vertx();
    NetServerOptions options =
        new NetServerOptions()
            .setHost("127.0.0.1")
            .setPort(0)
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(keys.certificateFile().toString())
                    .setKeyPath(keys.keyFile().toString()));
    NetServer server =
        vertx
            .createNetServer(options)
            .connectHandler(socket -> socket.handler(frames(frame -> socket.write(framed(frame)))))
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    return new EchoServer() {
      @Override
      public String address() {
        return Integer.toString(server.actualPort());
      }

      @Override
      public void close() {
        vertx.close();
      }
    };
  }

  @Override
  public EchoClient connect(String address, byte[] data, Keys keys) throws Exception {
    Vertx vertx = vertx();
    NetClientOptions options =
        new NetClientOptions()
            .setSsl(true)
            .setHostnameVerificationAlgorithm("HTTPS")
            .setTrustOptions(new PemTrustOptions().addCertPath(keys.certificateFile().toString()));
    NetClient client = vertx.createNetClient(options);
    return client
        .connect(Integer.parseInt(address), "127.0.0.1")
        .map(socket -> new Client(vertx, client, socket, data))
        .toCompletionStage()
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private static final class Client implements EchoClient {
    private final Vertx vertx;

    /** Vert.x closes the connections of a client that nobody refers to any more. */
    private final NetClient client;

    private final NetSocket socket;
    private final Context loop;
    private final Buffer message;
    private final Queue<Reply> waiting = new ArrayDeque<>();
    private boolean lost;

    Client(Vertx vertx, NetClient client, NetSocket socket, byte[] data) {
      this.vertx = vertx;
      this.client = client;
      this.socket = socket;
      message = framed(Buffer.buffer(data));
      loop = vertx.getOrCreateContext();
      socket.handler(frames(this::answered));
      socket.closeHandler(end -> lost());
    }

    private void answered(Buffer frame) {
      Objects.requireNonNull(waiting.poll(), "nobody waits").answered(frame.length());
    }

    private void lost() {
      lost = true;
      waiting.forEach(Client::fail);
      waiting.clear();
    }

    private static void fail(Reply reply) {
      reply.failed(new IllegalStateException("the connection is closed"));
    }

    private void send(Reply reply) {
      if (lost) {
        fail(reply);
        return;
      }
      waiting.add(reply);
      socket.write(message.slice());
    }

    @Override
    public String transport() {
      return vertx.isNativeTransportEnabled() ? "native" : "NIO";
    }

    @Override
    public void request(Reply reply) {
      if (Vertx.currentContext() != null) {
        send(reply);
      } else {
        loop.runOnContext(ready -> send(reply));
      }
    }

    @Override
    public void close() {
      client.close();
      vertx.close();
    }
  }
}
