package dev.parley.benchmarks.peers;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Request and reply through a NATS server with TLS. It is a broker: a message takes two connections
 * each way, where the others take one.
 */
final class NatsPeer implements Peer {
  private static final String SUBJECT = "echo";
  private static final int START_ATTEMPTS = 100;

  private static Optional<Path> program() {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    return Arrays.stream(path.split(File.pathSeparator))
        .map(directory -> Path.of(directory, "nats-server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public @Nullable String missing() {
    return program().isPresent() ? null : "nats-server is not installed (Debian: nats-server)";
  }

  @Override
  public EchoServer serve(Keys keys) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process broker =
        new ProcessBuilder(
                program().orElseThrow().toString(),
                "--addr=127.0.0.1",
                "--port=" + port,
                "--tls",
                "--tlscert=" + keys.certificateFile(),
                "--tlskey=" + keys.keyFile())
            .redirectErrorStream(true)
            .redirectOutput(keys.directory().resolve("nats-server.log").toFile())
            .start();
    awaitListening(broker, port);
    Connection connection = connection(Integer.toString(port), keys);
    connection
        .createDispatcher(in -> connection.publish(in.getReplyTo(), in.getData()))
        .subscribe(SUBJECT);
    connection.flush(Duration.ofSeconds(5));
    return new EchoServer() {
      @Override
      public String address() {
        return Integer.toString(port);
      }

      @Override
      public void close() {
        end(connection);
        broker.destroy();
      }
    };
  }

  private static void awaitListening(Process broker, int port)
      throws IOException, InterruptedException {
    for (int i = 0; i < START_ATTEMPTS && broker.isAlive(); i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    broker.destroy();
    throw new IOException("nats-server did not start; see nats-server.log");
  }

  private static Connection connection(String port, Keys keys)
      throws IOException, GeneralSecurityException, InterruptedException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("peer", keys.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance(Keys.PROTOCOL);
    tls.init(null, trust.getTrustManagers(), null);
    return Nats.connect(
        Options.builder().server("tls://127.0.0.1:" + port).sslContext(tls).noReconnect().build());
  }

  private static void end(Connection connection) {
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public EchoClient connect(String address, byte[] data, Keys keys) throws Exception {
    Connection connection = connection(address, keys);
    return new EchoClient() {
      @Override
      public String transport() {
        return "jnats, nats-server " + connection.getServerInfo().getVersion();
      }

      @Override
      public void request(Reply reply) {
        connection
            .requestWithTimeout(SUBJECT, data, Duration.ofSeconds(30))
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null) {
                    reply.answered(answer.getData().length);
                  } else {
                    reply.failed(failure);
                  }
                });
      }

      @Override
      public void close() {
        end(connection);
      }
    };
  }
}
