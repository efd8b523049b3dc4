package dev.parley.cli.options;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.PeerAddress;
import dev.parley.SecretFile;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Durations;
import dev.parley.file.FileSharing;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.node.dht.Dht;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of commands that start a node: its network, its seeds and how long it waits. */
public final class NetworkOptions {
  private static final int MAX_SECRET_FILE_BYTES = 256;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description = "Open network to be in; default parley.")
  public String network = "parley";

  @Option(
      names = "--network-secret-file",
      paramLabel = "FILE",
      description = "Private file with the 32 bytes of a secret network: raw, hex or base64.")
  @Nullable Path networkSecretFile;

  @Option(
      names = {"-s", "--seed"},
      paramLabel = "ID@HOST:PORT",
      split = ",",
      converter = Peers.class,
      description = "A peer through which others are found; may be repeated.")
  List<PeerAddress> seeds = new ArrayList<>();

  @Option(
      names = "--seed-dns",
      paramLabel = "NAME",
      split = ",",
      description =
          "A DNS name that lists such peers, each in a TXT record parley-seed=ID@HOST:PORT; "
              + "may be repeated.")
  public List<String> seedNames = new ArrayList<>();

  @Option(
      names = {"-t", "--timeout"},
      paramLabel = "TIME",
      converter = Durations.class,
      description = "How long to wait for an answer: 500ms, 5s, 2m; default 10s.")
  public Duration timeout = Duration.ofSeconds(10);

  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec command;

  /** A node for this agent, in this network, with what the settings say of its limits. */
  public AgentNodeBuilder builder(Identity identity) {
    return AgentNode.builder()
        .identity(identity)
        .network(network())
        .limits(this::configure)
        .transport(this::configure);
  }

  /** A DHT that is joined through these seeds, or the first node of one. */
  public Dht.Builder dht() {
    Dht.Builder dht = Dht.builder().options(this::configure);
    seeds.forEach(dht::seed);
    seedNames.forEach(dht::seedsFrom);
    return dht;
  }

  /** The transfer of files, with what the settings say of it. */
  public FileSharing.Builder files() {
    return FileSharing.builder().options(this::configure);
  }

  private void configure(Object options) {
    if (command != null && command.userObject() instanceof Configured run) {
      run.settings().apply(options);
    }
  }

  /**
   * A node that has joined through the seeds; the caller closes it.
   *
   * @throws CliException if no seed is given, or none answers in time
   */
  public AgentNode join(Identity identity) {
    if (!hasSeeds()) {
      throw CliException.usage(
          "--seed is missing: a node of the network, ID@HOST:PORT; or --seed-dns, a name that"
              + " lists some");
    }
    AgentNode node = Objects.requireNonNull(builder(identity).with(dht().build()).start().block());
    try {
      node.online().block(timeout);
    } catch (IllegalStateException e) {
      node.close();
      throw CliException.unavailable("no seed answered within " + timeout.toMillis() + " ms");
    }
    return node;
  }

  /** A started node that knows where the target is, or a seed that does; the caller closes it. */
  public AgentNode reaching(PeerTarget target, Identity identity) {
    if (target.address() == null && !hasSeeds()) {
      throw CliException.usage(
          "no way to find the peer: give ID@HOST:PORT, or --seed or --seed-dns for the network to"
              + " look");
    }
    return Objects.requireNonNull(reachingBuilder(target, identity).start().block());
  }

  /** The same, to add to before it is started. */
  public AgentNodeBuilder reachingBuilder(PeerTarget target, Identity identity) {
    AgentNodeBuilder builder = builder(identity);
    if (hasSeeds()) {
      builder.with(dht().build());
    }
    if (target.address() != null) {
      builder.peer(target.address());
    }
    return builder;
  }

  private boolean hasSeeds() {
    return !seeds.isEmpty() || !seedNames.isEmpty();
  }

  private Network network() {
    if (networkSecretFile == null) {
      return Network.open(network);
    }
    byte[] content = SecretFile.read(networkSecretFile, MAX_SECRET_FILE_BYTES, "network secret");
    byte[] secret = secret(content);
    Arrays.fill(content, (byte) 0);
    if (secret.length != Network.SECRET_LENGTH) {
      throw CliException.usage(
          "network secret file " + networkSecretFile + " must hold 32 bytes: raw, hex or base64");
    }
    try {
      return Network.secret(secret);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** The secret in a file's content; of another length if it holds none. */
  public static byte[] secret(byte[] content) {
    if (content.length == Network.SECRET_LENGTH) {
      return content.clone();
    }
    String text = new String(content, StandardCharsets.US_ASCII).strip();
    try {
      return text.length() == 2 * Network.SECRET_LENGTH
          ? HexFormat.of().parseHex(text)
          : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
