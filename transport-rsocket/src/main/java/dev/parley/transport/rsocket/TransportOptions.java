package dev.parley.transport.rsocket;

import dev.parley.Address;
import dev.parley.transport.rsocket.guard.OptionProblems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a transport listens, dials and bounds its links. An immutable value; {@link #toBuilder()} is
 * the way back.
 *
 * <p>Every limit is finite. {@link Builder#build()} reports all problems at once.
 */
public final class TransportOptions {
  private static final TransportOptions DEFAULTS = new TransportOptions(new Builder());

  private final Builder values; // a copy that nobody else holds

  private TransportOptions(Builder b) {
    this.values = new Builder(b);
  }

  /** Does not listen; every limit at its default. */
  public static TransportOptions defaults() {
    return DEFAULTS;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Where to listen; port 0 is any free port. */
  public List<Address> listen() {
    return List.copyOf(values.listen);
  }

  /** Whether suites without post-quantum protection are acceptable. */
  public boolean allowClassical() {
    return values.allowClassical;
  }

  /** Whether to dial with ChaCha20-Poly1305 instead of AES-256-GCM. */
  public boolean preferChaCha() {
    return values.preferChaCha;
  }

  /** How the sizes of what is sent are blurred. */
  public Padding padding() {
    return values.padding;
  }

  /** Event loop threads. */
  public int eventLoops() {
    return values.eventLoops;
  }

  /** Whether epoll is used where it is present. */
  public boolean epoll() {
    return values.epoll;
  }

  /** The largest data of a message that this side accepts. */
  public int maxMessageBytes() {
    return values.maxMessageBytes;
  }

  /** The largest metadata of a message that this side accepts. */
  public int maxMetadataBytes() {
    return values.maxMetadataBytes;
  }

  /** The largest plaintext of a record. */
  public int maxRecordBytes() {
    return values.maxRecordBytes;
  }

  /** How long one address may take, from connecting to the end of the handshake. */
  public Duration dialTimeout() {
    return values.dialTimeout;
  }

  /** How long an address runs alone before the next one is raced against it. */
  public Duration dialStagger() {
    return values.dialStagger;
  }

  /** The longest pause between dials of a peer that cannot be reached. */
  public Duration dialBackoffMax() {
    return values.dialBackoffMax;
  }

  /** How long a lost link that was in use is redialled in the background; zero: not at all. */
  public Duration reconnectFor() {
    return values.reconnectFor;
  }

  /** How long an accepted connection may take to prove an identity. */
  public Duration handshakeTimeout() {
    return values.handshakeTimeout;
  }

  /** Accepted connections that have not proved an identity. */
  public int maxHandshakes() {
    return values.maxHandshakes;
  }

  /** The same from one address prefix (IPv4 /32, IPv6 /56). */
  public int maxHandshakesPerPrefix() {
    return values.maxHandshakesPerPrefix;
  }

  /** New connections a second from one prefix; twice as many in a burst. */
  public int handshakesPerSecondPerPrefix() {
    return values.handshakesPerSecondPerPrefix;
  }

  /** Threads that compute key agreements, for accepted and dialled connections each. */
  public int handshakeThreads() {
    return values.handshakeThreads;
  }

  /** Handshakes that wait for such a thread. */
  public int handshakeQueue() {
    return values.handshakeQueue;
  }

  /** Accepted connections. */
  public int maxConnections() {
    return values.maxConnections;
  }

  /** Accepted connections from one prefix. */
  public int maxConnectionsPerPrefix() {
    return values.maxConnectionsPerPrefix;
  }

  /** Requests that a peer may have running here over one link. */
  public int maxConcurrentRequests() {
    return values.maxConcurrentRequests;
  }

  /** Requests a second from one link. */
  public int maxRequestsPerSecond() {
    return values.maxRequestsPerSecond;
  }

  /** Bytes of incomplete messages of one link. */
  public int maxReassemblyBytes() {
    return values.maxReassemblyBytes;
  }

  /** Bytes of incomplete messages of all links. */
  public long maxNodeReassemblyBytes() {
    return values.maxNodeReassemblyBytes;
  }

  /** How long the fragments of one message may take to arrive. */
  public Duration reassemblyTimeout() {
    return values.reassemblyTimeout;
  }

  /** Below it, a link that was full takes requests and answers again. */
  public int outboundLowBytes() {
    return values.outboundLowBytes;
  }

  /** Above it, requests and answers wait. */
  public int outboundHighBytes() {
    return values.outboundHighBytes;
  }

  /** What a link may hold for writing. */
  public int outboundMaxBytes() {
    return values.outboundMaxBytes;
  }

  /** What all links together may hold for writing. */
  public long maxNodeOutboundBytes() {
    return values.maxNodeOutboundBytes;
  }

  /** Requests that wait, for a full link or for the peer to take more; another is OVERLOADED. */
  public int maxWaitingRequests() {
    return values.maxWaitingRequests;
  }

  /** Items of a stream that may be under way, asked for and not yet delivered, at most. */
  public int streamWindow() {
    return values.streamWindow;
  }

  /** About how many bytes of a stream's items may be under way. */
  public int streamWindowBytes() {
    return values.streamWindowBytes;
  }

  /** Waiting bytes of a link at which items of streams wait. */
  public int streamHighBytes() {
    return values.streamHighBytes;
  }

  /** How long writes may make no progress, and a record that has begun may take to arrive. */
  public Duration stallTimeout() {
    return values.stallTimeout;
  }

  /** Silence after which a peer is asked for a sign of life. */
  public Duration pingIdle() {
    return values.pingIdle;
  }

  /** Silence after which a link is given up. */
  public Duration pingDead() {
    return values.pingDead;
  }

  /** How long a link without interactions stays open. */
  public Duration idleTimeout() {
    return values.idleTimeout;
  }

  /** How long a peer may take to answer a close. */
  public Duration closeTimeout() {
    return values.closeTimeout;
  }

  /** Whether the limits per prefix hold for loopback addresses too. */
  public boolean limitLoopback() {
    return values.limitLoopback;
  }

  /** Configures {@link TransportOptions}. Not thread-safe. */
  public static final class Builder {
    private List<Address> listen = new ArrayList<>();
    private boolean allowClassical;
    private boolean preferChaCha;
    private Padding padding = Padding.NONE;
    private int eventLoops = Math.max(1, Runtime.getRuntime().availableProcessors());
    private boolean epoll = true;
    private int maxMessageBytes = 4 << 20;
    private int maxMetadataBytes = 64 << 10;
    private int maxRecordBytes = 32 << 10;
    private Duration dialTimeout = Duration.ofSeconds(5);
    private Duration dialStagger = Duration.ofMillis(250);
    private Duration dialBackoffMax = Duration.ofMillis(500);
    private Duration reconnectFor = Duration.ofMinutes(1);
    private Duration handshakeTimeout = Duration.ofSeconds(5);
    private int maxHandshakes = 1024;
    private int maxHandshakesPerPrefix = 32;
    private int handshakesPerSecondPerPrefix = 20;
    private int handshakeThreads = Math.max(2, Runtime.getRuntime().availableProcessors());
    private int handshakeQueue = 256;
    private int maxConnections = 10_000;
    private int maxConnectionsPerPrefix = 64;
    private int maxConcurrentRequests = 1024;
    private int maxRequestsPerSecond = 4_000_000;
    private int maxReassemblyBytes = 8 << 20;
    private long maxNodeReassemblyBytes = 256L << 20;
    private Duration reassemblyTimeout = Duration.ofSeconds(10);
    private int outboundLowBytes = 256 << 10;
    private int outboundHighBytes = 1 << 20;
    private int outboundMaxBytes = 16 << 20;
    private long maxNodeOutboundBytes = defaultNodeOutboundBytes();
    private int maxWaitingRequests = 4096;
    private int streamWindow = 256;
    private int streamWindowBytes = 1 << 20;
    private int streamHighBytes = 64 << 10;
    private Duration stallTimeout = Duration.ofSeconds(10);
    private Duration pingIdle = Duration.ofSeconds(15);
    private Duration pingDead = Duration.ofSeconds(45);
    private Duration idleTimeout = Duration.ofMinutes(5);
    private Duration closeTimeout = Duration.ofSeconds(1);
    private boolean limitLoopback;

    private Builder() {}

    private Builder(Builder o) {
      this.listen = new ArrayList<>(o.listen);
      this.allowClassical = o.allowClassical;
      this.preferChaCha = o.preferChaCha;
      this.padding = o.padding;
      this.eventLoops = o.eventLoops;
      this.epoll = o.epoll;
      this.maxMessageBytes = o.maxMessageBytes;
      this.maxMetadataBytes = o.maxMetadataBytes;
      this.maxRecordBytes = o.maxRecordBytes;
      this.dialTimeout = o.dialTimeout;
      this.dialStagger = o.dialStagger;
      this.dialBackoffMax = o.dialBackoffMax;
      this.reconnectFor = o.reconnectFor;
      this.handshakeTimeout = o.handshakeTimeout;
      this.maxHandshakes = o.maxHandshakes;
      this.maxHandshakesPerPrefix = o.maxHandshakesPerPrefix;
      this.handshakesPerSecondPerPrefix = o.handshakesPerSecondPerPrefix;
      this.handshakeThreads = o.handshakeThreads;
      this.handshakeQueue = o.handshakeQueue;
      this.maxConnections = o.maxConnections;
      this.maxConnectionsPerPrefix = o.maxConnectionsPerPrefix;
      this.maxConcurrentRequests = o.maxConcurrentRequests;
      this.maxRequestsPerSecond = o.maxRequestsPerSecond;
      this.maxReassemblyBytes = o.maxReassemblyBytes;
      this.maxNodeReassemblyBytes = o.maxNodeReassemblyBytes;
      this.reassemblyTimeout = o.reassemblyTimeout;
      this.outboundLowBytes = o.outboundLowBytes;
      this.outboundHighBytes = o.outboundHighBytes;
      this.outboundMaxBytes = o.outboundMaxBytes;
      this.maxNodeOutboundBytes = o.maxNodeOutboundBytes;
      this.maxWaitingRequests = o.maxWaitingRequests;
      this.streamWindow = o.streamWindow;
      this.streamWindowBytes = o.streamWindowBytes;
      this.streamHighBytes = o.streamHighBytes;
      this.stallTimeout = o.stallTimeout;
      this.pingIdle = o.pingIdle;
      this.pingDead = o.pingDead;
      this.idleTimeout = o.idleTimeout;
      this.closeTimeout = o.closeTimeout;
      this.limitLoopback = o.limitLoopback;
    }

    /** Adds an address to listen at; at most 8. Default: none, a node that only dials. */
    public Builder listen(Address address) {
      listen.add(Objects.requireNonNull(address, "address"));
      return this;
    }

    /** Lets links go without post-quantum protection (suites 3 and 4). Default false. */
    public Builder allowClassical(boolean value) {
      this.allowClassical = value;
      return this;
    }

    /** Dials with ChaCha20-Poly1305, for processors without AES instructions. Default false. */
    public Builder preferChaCha(boolean value) {
      this.preferChaCha = value;
      return this;
    }

    /** Blurs the sizes of records, at the cost of bandwidth. Default {@link Padding#NONE}. */
    public Builder padding(Padding value) {
      this.padding = Objects.requireNonNull(value, "padding");
      return this;
    }

    /** Event loop threads, 1 to 256. Default: the number of processors. */
    public Builder eventLoops(int value) {
      this.eventLoops = value;
      return this;
    }

    /** Uses epoll where it is present, NIO otherwise. Default true. */
    public Builder epoll(boolean value) {
      this.epoll = value;
      return this;
    }

    /**
     * Bytes of data in a message, 1 KiB to 16 MiB - 1. A larger one is MESSAGE_TOO_LARGE and is not
     * buffered. Default 4 MiB.
     */
    public Builder maxMessageBytes(int value) {
      this.maxMessageBytes = value;
      return this;
    }

    /** Bytes of route, headers and the like in a message, 1 KiB to 1 MiB. Default 64 KiB. */
    public Builder maxMetadataBytes(int value) {
      this.maxMetadataBytes = value;
      return this;
    }

    /**
     * Bytes of plaintext in a record, 4 KiB to 65,519; both sides use the smaller. Default 32 KiB.
     */
    public Builder maxRecordBytes(int value) {
      this.maxRecordBytes = value;
      return this;
    }

    /** Time for one address, 10 ms to 5 min; then it counts as unreachable. Default 5 s. */
    public Builder dialTimeout(Duration value) {
      this.dialTimeout = value;
      return this;
    }

    /** Head start of an address over the next, 1 ms to 10 s (RFC 8305). Default 250 ms. */
    public Builder dialStagger(Duration value) {
      this.dialStagger = value;
      return this;
    }

    /**
     * The longest pause between dials of an unreachable peer, 1 ms to 5 min; sends wait for the
     * next dial, so that none fails on an outdated answer. Default 500 ms.
     */
    public Builder dialBackoffMax(Duration value) {
      this.dialBackoffMax = value;
      return this;
    }

    /**
     * How long a lost link is redialled by itself, up to a day; zero turns it off. Default 1 min.
     */
    public Builder reconnectFor(Duration value) {
      this.reconnectFor = value;
      return this;
    }

    /** Time from accepting to a proved identity, 10 ms to 5 min; then closed. Default 5 s. */
    public Builder handshakeTimeout(Duration value) {
      this.handshakeTimeout = value;
      return this;
    }

    /** Unproved connections, 1 to 1,000,000; more are reset. Default 1024. */
    public Builder maxHandshakes(int value) {
      this.maxHandshakes = value;
      return this;
    }

    /** Unproved connections of a prefix, 1 to 1,000,000; more are reset. Default 32. */
    public Builder maxHandshakesPerPrefix(int value) {
      this.maxHandshakesPerPrefix = value;
      return this;
    }

    /** New connections a second of a prefix, 1 to 1,000,000; more are reset. Default 20. */
    public Builder handshakesPerSecondPerPrefix(int value) {
      this.handshakesPerSecondPerPrefix = value;
      return this;
    }

    /** Threads for key agreements, 1 to 256. Default: the number of processors, at least 2. */
    public Builder handshakeThreads(int value) {
      this.handshakeThreads = value;
      return this;
    }

    /** Handshakes that wait for a thread, 1 to 65,536; more get "busy". Default 256. */
    public Builder handshakeQueue(int value) {
      this.handshakeQueue = value;
      return this;
    }

    /** Accepted connections, 1 to 1,000,000; more are reset. Default 10,000. */
    public Builder maxConnections(int value) {
      this.maxConnections = value;
      return this;
    }

    /** Accepted connections of a prefix, 1 to 1,000,000; more are reset. Default 64. */
    public Builder maxConnectionsPerPrefix(int value) {
      this.maxConnectionsPerPrefix = value;
      return this;
    }

    /** Requests of a link that run here, 1 to 1,048,576; more are OVERLOADED. Default 1024. */
    public Builder maxConcurrentRequests(int value) {
      this.maxConcurrentRequests = value;
      return this;
    }

    /**
     * Requests a second of a link, 1 to 100,000,000; more are OVERLOADED, ten times as many close
     * the link. Default 4,000,000.
     */
    public Builder maxRequestsPerSecond(int value) {
      this.maxRequestsPerSecond = value;
      return this;
    }

    /** Incomplete messages of a link, 64 KiB to 1 GiB; more are OVERLOADED. Default 8 MiB. */
    public Builder maxReassemblyBytes(int value) {
      this.maxReassemblyBytes = value;
      return this;
    }

    /** Incomplete messages of all links, 64 KiB and up; more are OVERLOADED. Default 256 MiB. */
    public Builder maxNodeReassemblyBytes(long value) {
      this.maxNodeReassemblyBytes = value;
      return this;
    }

    /**
     * Time for all fragments of a message to arrive, 10 ms to 1 h; then it is OVERLOADED. With a
     * large {@link #maxMessageBytes} over slow paths, it needs more than the default of 10 s.
     */
    public Builder reassemblyTimeout(Duration value) {
      this.reassemblyTimeout = value;
      return this;
    }

    /** The mark at which a full link takes work again, below the high one. Default 256 KiB. */
    public Builder outboundLowBytes(int value) {
      this.outboundLowBytes = value;
      return this;
    }

    /** Waiting bytes at which requests and answers wait, below the maximum. Default 1 MiB. */
    public Builder outboundHighBytes(int value) {
      this.outboundHighBytes = value;
      return this;
    }

    /**
     * Bytes that a link holds for writing, wherever they wait, and one message more: own requests,
     * answers and items that wait, and what is being written; 64 KiB to 1 GiB. From half of it on,
     * handlers of the peer's requests wait before they start, and streams are asked for nothing. At
     * the limit an own request is OVERLOADED, executed NO, like a request of the peer that would
     * have to wait; an answer of a handler that had started is OVERLOADED, executed YES, to its
     * caller; a stream ends likewise. Where frames that do not wait exceed it, the link is closed.
     * Default 16 MiB.
     */
    public Builder outboundMaxBytes(int value) {
      this.outboundMaxBytes = value;
      return this;
    }

    /**
     * Bytes that all links together hold for writing, beyond 64 KiB of each; 32 MiB and up. A link
     * gets no more than what is left for the others, one alone half of it; what does not fit ends
     * as it does at {@link #outboundMaxBytes}. Default: a quarter of the largest heap, 32 MiB to
     * 256 MiB.
     */
    public Builder maxNodeOutboundBytes(long value) {
      this.maxNodeOutboundBytes = value;
      return this;
    }

    private static long defaultNodeOutboundBytes() {
      return Math.max(32L << 20, Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4));
    }

    /**
     * Requests of a link that wait because it is full, and as many because the peer has all that it
     * takes at a time; 1 to 1,048,576, more are OVERLOADED. Default 4096.
     */
    public Builder maxWaitingRequests(int value) {
      this.maxWaitingRequests = value;
      return this;
    }

    /**
     * Items of one stream or channel direction that are under way at most, whatever its consumer
     * asks for, 4 to 65,536. Default 256.
     */
    public Builder streamWindow(int value) {
      this.streamWindow = value;
      return this;
    }

    /**
     * About how many bytes of a stream's items are asked for ahead, judged by the size of those
     * that came, and two items at least; 4 KiB to 1 GiB. A bulk stream over a path of a rate and a
     * round trip needs their product. Default 1 MiB.
     */
    public Builder streamWindowBytes(int value) {
      this.streamWindowBytes = value;
      return this;
    }

    /**
     * Waiting bytes of a link at which the items of streams wait, so that a request finds little
     * ahead of it; 1 KiB to 1 GiB, and no more than {@link #outboundHighBytes}. Default 64 KiB.
     */
    public Builder streamHighBytes(int value) {
      this.streamHighBytes = value;
      return this;
    }

    /**
     * Time in which something waiting has to be written, and a record that has begun has to be here
     * whole, 10 ms to 1 h; then the link is lost. Default 10 s.
     */
    public Builder stallTimeout(Duration value) {
      this.stallTimeout = value;
      return this;
    }

    /** Silence before a PING, 10 ms to 1 h. Default 15 s. */
    public Builder pingIdle(Duration value) {
      this.pingIdle = value;
      return this;
    }

    /** Silence before a link is given up, more than pingIdle, up to a day. Default 45 s. */
    public Builder pingDead(Duration value) {
      this.pingDead = value;
      return this;
    }

    /** Time without interactions before a link is closed, 10 ms to 7 days. Default 5 min. */
    public Builder idleTimeout(Duration value) {
      this.idleTimeout = value;
      return this;
    }

    /** Time for the peer to answer a close, 1 ms to 1 min; then reset. Default 1 s. */
    public Builder closeTimeout(Duration value) {
      this.closeTimeout = value;
      return this;
    }

    /** Holds loopback addresses to the limits per prefix as well. Default false. */
    public Builder limitLoopback(boolean value) {
      this.limitLoopback = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming every setting that is out of its range
     */
    public TransportOptions build() {
      OptionProblems p = new OptionProblems();
      p.range("listen.size", listen.size(), 0, 8);
      p.range("eventLoops", eventLoops, 1, 256);
      p.range("maxMessageBytes", maxMessageBytes, 1 << 10, 0xFF_FFFF);
      p.range("maxMetadataBytes", maxMetadataBytes, 1 << 10, 1 << 20);
      p.range("maxRecordBytes", maxRecordBytes, 4 << 10, 65_519);
      p.range("dialTimeout", dialTimeout, Duration.ofMillis(10), Duration.ofMinutes(5));
      p.range("dialStagger", dialStagger, Duration.ofMillis(1), Duration.ofSeconds(10));
      p.range("dialBackoffMax", dialBackoffMax, Duration.ofMillis(1), Duration.ofMinutes(5));
      p.range("reconnectFor", reconnectFor, Duration.ZERO, Duration.ofDays(1));
      p.range("handshakeTimeout", handshakeTimeout, Duration.ofMillis(10), Duration.ofMinutes(5));
      p.range("maxHandshakes", maxHandshakes, 1, 1_000_000);
      p.range("maxHandshakesPerPrefix", maxHandshakesPerPrefix, 1, 1_000_000);
      p.range("handshakesPerSecondPerPrefix", handshakesPerSecondPerPrefix, 1, 1_000_000);
      p.range("handshakeThreads", handshakeThreads, 1, 256);
      p.range("handshakeQueue", handshakeQueue, 1, 65_536);
      p.range("maxConnections", maxConnections, 1, 1_000_000);
      p.range("maxConnectionsPerPrefix", maxConnectionsPerPrefix, 1, 1_000_000);
      p.range("maxConcurrentRequests", maxConcurrentRequests, 1, 1 << 20);
      p.range("maxRequestsPerSecond", maxRequestsPerSecond, 1, 100_000_000);
      p.range("maxReassemblyBytes", maxReassemblyBytes, 64 << 10, 1 << 30);
      p.range("maxNodeReassemblyBytes", maxNodeReassemblyBytes, 64 << 10, Long.MAX_VALUE);
      p.range("reassemblyTimeout", reassemblyTimeout, Duration.ofMillis(10), Duration.ofHours(1));
      p.range("outboundMaxBytes", outboundMaxBytes, 64 << 10, 1 << 30);
      p.range("maxNodeOutboundBytes", maxNodeOutboundBytes, 32L << 20, Long.MAX_VALUE);
      p.range("outboundHighBytes", outboundHighBytes, 2, outboundMaxBytes - 1);
      p.range("outboundLowBytes", outboundLowBytes, 1, outboundHighBytes - 1);
      p.range("maxWaitingRequests", maxWaitingRequests, 1, 1 << 20);
      p.range("streamWindow", streamWindow, 4, 1 << 16);
      p.range("streamWindowBytes", streamWindowBytes, 4 << 10, 1 << 30);
      p.range("streamHighBytes", streamHighBytes, 1 << 10, 1 << 30);
      p.range("stallTimeout", stallTimeout, Duration.ofMillis(10), Duration.ofHours(1));
      p.range("pingIdle", pingIdle, Duration.ofMillis(10), Duration.ofHours(1));
      p.range("pingDead", pingDead, pingIdle.plusMillis(1), Duration.ofDays(1));
      p.range("idleTimeout", idleTimeout, Duration.ofMillis(10), Duration.ofDays(7));
      p.range("closeTimeout", closeTimeout, Duration.ofMillis(1), Duration.ofMinutes(1));
      p.throwIfAny();
      return new TransportOptions(this);
    }
  }
}
