package dev.parley.benchmarks.peers;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Objects;

/**
 * A P-256 key and its own certificate for 127.0.0.1, made by the JDK's keytool, for the peers that
 * speak TLS. They speak TLS 1.3, and the client checks the certificate. The server does not ask for
 * one: a handshake proves one side only, where Parley's proves both.
 */
public final class Keys {
  static final String PROTOCOL = "TLSv1.3";
  private static final char[] PASSWORD = "benchmarks".toCharArray();

  private final Path directory;
  private final PrivateKey key;
  private final X509Certificate certificate;

  private Keys(Path directory, PrivateKey key, X509Certificate certificate) {
    this.directory = directory;
    this.key = key;
    this.certificate = certificate;
  }

  /** Makes them in a directory, or reads those that are there. */
  public static Keys in(Path directory) throws IOException, GeneralSecurityException {
    Path store = directory.resolve("peer.p12");
    if (!Files.exists(store)) {
      generate(store);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    Keys made =
        new Keys(
            directory,
            (PrivateKey) Objects.requireNonNull(keys.getKey("peer", PASSWORD)),
            (X509Certificate) Objects.requireNonNull(keys.getCertificate("peer")));
    made.writePem();
    return made;
  }

  private static void generate(Path store) throws IOException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    String[] command = {
      keytool.toString(),
      "-genkeypair",
      "-alias",
      "peer",
      "-keyalg",
      "EC",
      "-groupname",
      "secp256r1",
      "-dname",
      "CN=localhost",
      "-ext",
      "san=ip:127.0.0.1,dns:localhost",
      "-storetype",
      "PKCS12",
      "-keystore",
      store.toString(),
      "-storepass",
      new String(PASSWORD)
    };
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("keytool ended with " + process.exitValue());
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void writePem() throws IOException, GeneralSecurityException {
    if (!Files.exists(certificateFile())) {
      Files.writeString(certificateFile(), pem("CERTIFICATE", certificate.getEncoded()));
      Files.writeString(keyFile(), pem("PRIVATE KEY", key.getEncoded()));
    }
  }

  private static String pem(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, lines.encodeToString(der), label);
  }

  Path directory() {
    return directory;
  }

  Path certificateFile() {
    return directory.resolve("peer.crt");
  }

  Path keyFile() {
    return directory.resolve("peer.key");
  }

  X509Certificate certificate() {
    return certificate;
  }

  SslContext server(Tls tls) throws IOException {
    return SslContextBuilder.forServer(key, certificate)
        .sslProvider(provider(tls))
        .protocols(PROTOCOL)
        .build();
  }

  SslContext client(Tls tls) throws IOException {
    return SslContextBuilder.forClient()
        .trustManager(certificate)
        .sslProvider(provider(tls))
        .protocols(PROTOCOL)
        .build();
  }

  private static SslProvider provider(Tls tls) {
    return tls == Tls.TCNATIVE ? SslProvider.OPENSSL : SslProvider.JDK;
  }
}
