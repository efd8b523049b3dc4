package dev.parley.transport.rsocket;

import dev.parley.Address;
import dev.parley.settings.SettingGroup;
import dev.parley.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a transport listens, dials and bounds its links. An immutable value; {@link #toBuilder()} is
 * the way back.
 *
 * <p>Every limit is finite. The settings are declared at the methods of the builders; {@link
 * Builder#build()} reports all problems at once.
 *
 * @param listen where to listen; port 0 is any free port
 * @param accepting what strangers may take before they have proved an identity
 * @param dialling how peers are dialled
 * @param limits how many connections, requests and bytes of a message there may be
 * @param memory what may wait in memory
 * @param streams how far streams run ahead
 * @param liveness when a link is given up or closed
 * @param encryption how links are protected
 * @param threads what runs the links
 */
public record TransportOptions(
    List<Address> listen,
    Accepting accepting,
    Dialling dialling,
    LinkLimits limits,
    LinkLimits.Memory memory,
    LinkLimits.Streams streams,
    LinkLimits.Liveness liveness,
    Encryption encryption,
    Threads threads) {
  private static final SettingGroup<TransportOptions, Builder> SETTINGS =
      SettingGroup.of("transport", TransportOptions.class, Builder.class);
  private static final TransportOptions DEFAULTS = SETTINGS.defaults();

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming every setting that is out of its range
   */
  public TransportOptions {
    listen = List.copyOf(listen);
    SETTINGS.check(
        listen, accepting, dialling, limits, memory, streams, liveness, encryption, threads);
  }

  /** Does not listen; every limit at its default. */
  public static TransportOptions defaults() {
    return DEFAULTS;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return SETTINGS.builder();
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    return SETTINGS.builder(this);
  }

  /** Configures {@link TransportOptions}. Not thread-safe. */
  public interface Builder {
    /** Adds an address to listen at. A transport without one only dials. */
    @Setting(
        what = "Addresses to listen at; port 0 is any free port",
        range = "0 to 8",
        parse = "parseListen")
    Builder listen(Address address);

    /** Changes {@link TransportOptions#accepting}. */
    @Setting(what = "What strangers may take before they have proved an identity")
    Builder accepting(Consumer<Accepting.Builder> change);

    /** Changes {@link TransportOptions#dialling}. */
    @Setting(what = "How peers are dialled")
    Builder dialling(Consumer<Dialling.Builder> change);

    /** Changes {@link TransportOptions#limits}. */
    @Setting(what = "How many connections, requests and bytes of a message there may be")
    Builder limits(Consumer<LinkLimits.Builder> change);

    /** Changes {@link TransportOptions#memory}. */
    @Setting(what = "What may wait in memory")
    Builder memory(Consumer<LinkLimits.Memory.Builder> change);

    /** Changes {@link TransportOptions#streams}. */
    @Setting(what = "How far streams and channels run ahead of their readers")
    Builder streams(Consumer<LinkLimits.Streams.Builder> change);

    /** Changes {@link TransportOptions#liveness}. */
    @Setting(what = "When a link is given up or closed")
    Builder liveness(Consumer<LinkLimits.Liveness.Builder> change);

    /** Changes {@link TransportOptions#encryption}. */
    @Setting(what = "How links are protected")
    Builder encryption(Consumer<Encryption.Builder> change);

    /** Changes {@link TransportOptions#threads}. */
    @Setting(what = "What runs the links")
    Builder threads(Consumer<Threads.Builder> change);

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming every setting that is out of its range
     */
    TransportOptions build();
  }

  /**
   * What strangers may take before they have proved an identity. A prefix is an IPv4 address, or 56
   * bits of an IPv6 address.
   */
  public record Accepting(
      Duration handshakeTimeout,
      int maxHandshakes,
      int maxHandshakesPerPrefix,
      int handshakesPerSecondPerPrefix,
      int handshakeThreads,
      int handshakeQueue,
      Duration clockTolerance,
      int replayMemory,
      boolean limitLoopback) {
    /** Changes {@link Accepting}. */
    public interface Builder {
      @Setting(
          what = "Time from accepting a connection to a proved identity",
          byDefault = "5s",
          range = "10ms to 5m",
          atLimit = "the connection is closed")
      Builder handshakeTimeout(Duration value);

      @Setting(
          what = "Accepted connections that have not proved an identity",
          byDefault = "1024",
          range = "1 to 1000000",
          atLimit = "further ones are reset")
      Builder maxHandshakes(int value);

      @Setting(
          what = "The same from one prefix",
          byDefault = "32",
          range = "1 to 1000000",
          atLimit = "further ones are reset")
      Builder maxHandshakesPerPrefix(int value);

      @Setting(
          what = "New connections a second from one prefix; twice as many in a burst",
          byDefault = "20",
          range = "1 to 1000000",
          atLimit = "further ones are reset")
      Builder handshakesPerSecondPerPrefix(int value);

      @Setting(
          what = "Threads for key agreements, of accepted and of dialled connections each",
          byDefault = "processors, 2 to 256",
          range = "1 to 256")
      Builder handshakeThreads(int value);

      @Setting(
          what = "Handshakes that wait for such a thread",
          byDefault = "256",
          range = "1 to 65536",
          atLimit = "further ones are told that the node is busy")
      Builder handshakeQueue(int value);

      /**
       * A first message that was recorded can be sent again for as long, to a process that has not
       * seen it: one that was started since, or another one with the same key.
       */
      @Setting(
          what = "How far the clock of an agent that dials may be from this node's",
          byDefault = "5m",
          range = "1s to 1d",
          atLimit = "its handshakes are refused like those of a stranger")
      Builder clockTolerance(Duration value);

      @Setting(
          what = "First messages of handshakes that are remembered, to refuse recorded ones",
          byDefault = "131072",
          range = "1024 to 16777216",
          atLimit = "the oldest are forgotten")
      Builder replayMemory(int value);

      @Setting(
          what = "Whether the limits per prefix hold for loopback addresses too",
          byDefault = "false")
      Builder limitLoopback(boolean value);
    }
  }

  /** How peers are dialled. */
  public record Dialling(
      Duration dialTimeout, Duration dialStagger, Duration dialBackoffMax, Duration reconnectFor) {
    /** Changes {@link Dialling}. */
    public interface Builder {
      @Setting(
          what = "Time for one address, from connecting to the end of the handshake",
          byDefault = "5s",
          range = "10ms to 5m",
          atLimit = "the address counts as unreachable")
      Builder dialTimeout(Duration value);

      @Setting(
          what = "Head start of an address over the next one of the peer (RFC 8305)",
          byDefault = "250ms",
          range = "1ms to 10s")
      Builder dialStagger(Duration value);

      @Setting(
          what = "The longest pause between dials of an unreachable peer; sends wait for the next",
          byDefault = "500ms",
          range = "1ms to 5m")
      Builder dialBackoffMax(Duration value);

      @Setting(
          what = "How long a lost link that was in use is redialled by itself; 0 turns it off",
          byDefault = "1m",
          range = "0 to 1d")
      Builder reconnectFor(Duration value);
    }
  }

  /** How links are protected. */
  public record Encryption(boolean allowClassical, boolean preferChaCha, Padding padding) {
    /** Changes {@link Encryption}. */
    public interface Builder {
      @Setting(
          what = "Whether links may go without post-quantum protection (suites 3 and 4)",
          byDefault = "false")
      Builder allowClassical(boolean value);

      @Setting(
          what = "Dials with ChaCha20-Poly1305, for processors without AES instructions",
          byDefault = "false")
      Builder preferChaCha(boolean value);

      @Setting(
          what = "How the sizes of records are blurred, at the cost of bandwidth",
          byDefault = "NONE")
      Builder padding(Padding value);
    }
  }

  /** What runs the links. */
  public record Threads(int eventLoops, boolean epoll) {
    /** Changes {@link Threads}. */
    public interface Builder {
      @Setting(
          what = "Event loop threads, unless loops are shared",
          byDefault = "processors, 1 to 256",
          range = "1 to 256")
      Builder eventLoops(int value);

      @Setting(what = "Uses epoll where it is present, NIO otherwise", byDefault = "true")
      Builder epoll(boolean value);
    }
  }
}
