package dev.parley.transport.rsocket.guard;

import java.time.Duration;

/**
 * Limits of a {@link FrameGuard}, an immutable value. {@link Builder#build()} reports every problem
 * at once.
 */
public final class GuardOptions {
  private static final GuardOptions DEFAULTS = builder().build();

  private final Builder values;

  private GuardOptions(Builder values) {
    this.values = values;
  }

  /** Returns the defaults named at the setters of {@link Builder}. */
  public static GuardOptions defaults() {
    return DEFAULTS;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts with these values. */
  Builder toBuilder() {
    return values.copy();
  }

  int maxMessageBytes() {
    return values.maxMessageBytes;
  }

  int maxMetadataBytes() {
    return values.maxMetadataBytes;
  }

  int minFragmentBytes() {
    return values.minFragmentBytes;
  }

  long maxReassemblyBytes() {
    return values.maxReassemblyBytes;
  }

  long reassemblyTimeoutNanos() {
    return values.reassemblyTimeout.toNanos();
  }

  int maxInboundStreams() {
    return values.maxInboundStreams;
  }

  int maxRequestsPerSecond() {
    return values.maxRequestsPerSecond;
  }

  int demandWindow() {
    return values.demandWindow;
  }

  int maxKeepAlivesPerSecond() {
    return values.maxKeepAlivesPerSecond;
  }

  int maxKeepAliveDataBytes() {
    return values.maxKeepAliveDataBytes;
  }

  int maxMetadataPushesPerSecond() {
    return values.maxMetadataPushesPerSecond;
  }

  int maxMetadataPushBytes() {
    return values.maxMetadataPushBytes;
  }

  long minKeepAliveMillis() {
    return values.minKeepAlive.toMillis();
  }

  long maxKeepAliveMillis() {
    return values.maxKeepAlive.toMillis();
  }

  int maxErrorTextBytes() {
    return values.maxErrorTextBytes;
  }

  /** Collects the settings; each setter returns this builder. */
  public static final class Builder {
    private int maxMessageBytes = 4 << 20;
    private int maxMetadataBytes = 64 << 10;
    private int minFragmentBytes = 16_374;
    private long maxReassemblyBytes = 8L << 20;
    private Duration reassemblyTimeout = Duration.ofSeconds(10);
    private int maxInboundStreams = 1024;
    private int maxRequestsPerSecond = 20_000;
    private int demandWindow = 256;
    private int maxKeepAlivesPerSecond = 2;
    private int maxKeepAliveDataBytes = 64;
    private int maxMetadataPushesPerSecond = 10;
    private int maxMetadataPushBytes = 4 << 10;
    private Duration minKeepAlive = Duration.ofSeconds(1);
    private Duration maxKeepAlive = Duration.ofHours(1);
    private int maxErrorTextBytes = 512;

    private Builder() {}

    /**
     * Data of one message, fragmented or not, in bytes. A larger one ends its stream with 0x304.
     * 1..16777215, default 4 MiB.
     */
    public Builder maxMessageBytes(int bytes) {
      this.maxMessageBytes = bytes;
      return this;
    }

    /** Metadata of one message, as above. 0..16777215, default 64 KiB. */
    public Builder maxMetadataBytes(int bytes) {
      this.maxMetadataBytes = bytes;
      return this;
    }

    /**
     * Least size of a fragment, except the last, in bytes with its header: half of the peer's mtu.
     * A smaller one closes the connection. 64..16777215, default 16374, for records of 32 KiB.
     */
    public Builder minFragmentBytes(int bytes) {
      this.minFragmentBytes = bytes;
      return this;
    }

    /**
     * Memory held for incomplete messages of this connection, in bytes; it must hold one message of
     * the largest size. Beyond it the stream ends. Default 8 MiB.
     */
    public Builder maxReassemblyBytes(long bytes) {
      this.maxReassemblyBytes = bytes;
      return this;
    }

    /** Time from the first to the last fragment; then the stream ends. Default 10 s. */
    public Builder reassemblyTimeout(Duration timeout) {
      this.reassemblyTimeout = timeout;
      return this;
    }

    /** Open requests from the peer; beyond it REJECTED. 1..1048576, default 1024. */
    public Builder maxInboundStreams(int streams) {
      this.maxInboundStreams = streams;
      return this;
    }

    /**
     * Requests from the peer per second, one second's worth at once. Over it fire-and-forgets are
     * dropped and other requests REJECTED; ten times it closes the connection. 0 turns it off,
     * default 20000.
     */
    public Builder maxRequestsPerSecond(int requests) {
      this.maxRequestsPerSecond = requests;
      return this;
    }

    /**
     * Items that may be outstanding towards a stream's handler; what the peer asks for beyond is
     * kept and granted as items go out. 4..65536, default 256.
     */
    public Builder demandWindow(int items) {
      this.demandWindow = items;
      return this;
    }

    /** KEEPALIVE frames per second; more are dropped. 1..1000, default 2. */
    Builder maxKeepAlivesPerSecond(int frames) {
      this.maxKeepAlivesPerSecond = frames;
      return this;
    }

    /** Data in a KEEPALIVE; more closes the connection. 0..65535, default 64. */
    Builder maxKeepAliveDataBytes(int bytes) {
      this.maxKeepAliveDataBytes = bytes;
      return this;
    }

    /** METADATA_PUSH frames per second, all dropped anyway. 1..1000, default 10. */
    Builder maxMetadataPushesPerSecond(int frames) {
      this.maxMetadataPushesPerSecond = frames;
      return this;
    }

    /** Metadata in a METADATA_PUSH; more closes the connection. 0..65535, default 4 KiB. */
    Builder maxMetadataPushBytes(int bytes) {
      this.maxMetadataPushBytes = bytes;
      return this;
    }

    /** Shortest keep-alive interval a SETUP may ask for. Default 1 s. */
    Builder minKeepAlive(Duration interval) {
      this.minKeepAlive = interval;
      return this;
    }

    /** Longest keep-alive interval a SETUP may ask for. Default 1 h. */
    public Builder maxKeepAlive(Duration interval) {
      this.maxKeepAlive = interval;
      return this;
    }

    /** Text of an ERROR frame in bytes; the rest is cut off. 0..65535, default 512. */
    Builder maxErrorTextBytes(int bytes) {
      this.maxErrorTextBytes = bytes;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException naming every value out of range
     */
    public GuardOptions build() {
      OptionProblems p = new OptionProblems();
      p.range("maxMessageBytes", maxMessageBytes, 1, FrameLayout.MAX_U24);
      p.range("maxMetadataBytes", maxMetadataBytes, 0, FrameLayout.MAX_U24);
      p.range("minFragmentBytes", minFragmentBytes, 64, FrameLayout.MAX_U24);
      long wholeMessage = (long) FrameLayout.MAX_HEADER_BYTES + maxMessageBytes + maxMetadataBytes;
      p.range("maxReassemblyBytes", maxReassemblyBytes, wholeMessage, Long.MAX_VALUE);
      p.range("reassemblyTimeout", reassemblyTimeout.toMillis(), 1, 3_600_000);
      p.range("maxInboundStreams", maxInboundStreams, 1, 1 << 20);
      p.range("maxRequestsPerSecond", maxRequestsPerSecond, 0, 100_000_000);
      p.range("demandWindow", demandWindow, 4, 1 << 16);
      p.range("maxKeepAlivesPerSecond", maxKeepAlivesPerSecond, 1, 1000);
      p.range("maxKeepAliveDataBytes", maxKeepAliveDataBytes, 0, 65_535);
      p.range("maxMetadataPushesPerSecond", maxMetadataPushesPerSecond, 1, 1000);
      p.range("maxMetadataPushBytes", maxMetadataPushBytes, 0, 65_535);
      p.range("minKeepAlive", minKeepAlive.toMillis(), 1, Integer.MAX_VALUE);
      p.range("maxKeepAlive", maxKeepAlive.toMillis(), minKeepAlive.toMillis(), Integer.MAX_VALUE);
      p.range("maxErrorTextBytes", maxErrorTextBytes, 0, 65_535);
      p.throwIfAny();
      return new GuardOptions(copy());
    }

    private Builder copy() {
      Builder copy = new Builder();
      copy.maxMessageBytes = maxMessageBytes;
      copy.maxMetadataBytes = maxMetadataBytes;
      copy.minFragmentBytes = minFragmentBytes;
      copy.maxReassemblyBytes = maxReassemblyBytes;
      copy.reassemblyTimeout = reassemblyTimeout;
      copy.maxInboundStreams = maxInboundStreams;
      copy.maxRequestsPerSecond = maxRequestsPerSecond;
      copy.demandWindow = demandWindow;
      copy.maxKeepAlivesPerSecond = maxKeepAlivesPerSecond;
      copy.maxKeepAliveDataBytes = maxKeepAliveDataBytes;
      copy.maxMetadataPushesPerSecond = maxMetadataPushesPerSecond;
      copy.maxMetadataPushBytes = maxMetadataPushBytes;
      copy.minKeepAlive = minKeepAlive;
      copy.maxKeepAlive = maxKeepAlive;
      copy.maxErrorTextBytes = maxErrorTextBytes;
      return copy;
    }
  }
}
