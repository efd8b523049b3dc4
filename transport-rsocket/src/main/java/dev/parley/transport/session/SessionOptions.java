package dev.parley.transport.session;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.carrier.InstanceId;
import dev.parley.transport.crypto.RandomSource;
import dev.parley.transport.rsocket.Padding;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What every session of a node has in common; an immutable value that many threads may share.
 *
 * <p>The identity stays the caller's: it must not be destroyed while handshakes are made.
 */
public final class SessionOptions {
  /** How far the clocks of two agents may be apart, unless said. */
  public static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  private final Identity identity;
  private final Network network;
  private final @Nullable Network previousNetwork;
  private final SuitePolicy suites;
  private final SessionLimits limits;
  private final long features;
  private final int roles;
  private final InstanceId instance;
  private final Padding padding;
  private final RandomSource random;
  private final InstantSource clock;
  private final Duration clockTolerance;
  private final long rekeyInterval;
  private final List<NetworkKeys> answered;

  private SessionOptions(Builder builder, Identity identity, Network network) {
    this.identity = identity;
    this.network = network;
    this.previousNetwork = builder.previousNetwork;
    this.suites = builder.suites;
    this.limits = builder.limits;
    this.features = builder.features;
    this.roles = builder.roles;
    this.instance = builder.instance;
    this.padding = builder.padding;
    this.random = builder.random;
    this.clock = builder.clock;
    this.clockTolerance = builder.clockTolerance;
    this.rekeyInterval = builder.rekeyInterval;
    List<NetworkKeys> keys = new ArrayList<>(2);
    keys.add(new NetworkKeys(network, identity.id()));
    if (previousNetwork != null) {
      keys.add(new NetworkKeys(previousNetwork, identity.id()));
    }
    this.answered = List.copyOf(keys);
  }

  /** Returns a builder; {@code identity} and {@code network} have no default. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.identity = identity;
    builder.network = network;
    builder.previousNetwork = previousNetwork;
    builder.suites = suites;
    builder.limits = limits;
    builder.features = features;
    builder.roles = roles;
    builder.instance = instance;
    builder.padding = padding;
    builder.random = random;
    builder.clock = clock;
    builder.clockTolerance = clockTolerance;
    builder.rekeyInterval = rekeyInterval;
    return builder;
  }

  /** Returns the agent that this node speaks for. */
  public Identity identity() {
    return identity;
  }

  /** Returns the network that this node dials in. */
  public Network network() {
    return network;
  }

  /** Returns the suites that this node dials with and answers to. */
  public SuitePolicy suites() {
    return suites;
  }

  /** Returns what this node is willing to receive. */
  public SessionLimits limits() {
    return limits;
  }

  long features() {
    return features;
  }

  int roles() {
    return roles;
  }

  InstanceId instance() {
    return instance;
  }

  Padding padding() {
    return padding;
  }

  RandomSource random() {
    return random;
  }

  long nowMs() {
    return clock.millis();
  }

  Duration clockTolerance() {
    return clockTolerance;
  }

  /** Whether a clock that says {@code timeMs} is within the tolerance of ours. */
  boolean isTimely(long timeMs) {
    long now = nowMs();
    long tolerance = clockTolerance.toMillis();
    return timeMs >= 0 && timeMs - now <= tolerance && now - timeMs <= tolerance;
  }

  long rekeyInterval() {
    return rekeyInterval;
  }

  /** Returns the keys of the networks that this node answers in, the current one first. */
  List<NetworkKeys> answered() {
    return answered;
  }

  /** Collects options; not thread-safe. */
  public static final class Builder {
    private @Nullable Identity identity;
    private @Nullable Network network;
    private @Nullable Network previousNetwork;
    private SuitePolicy suites = SuitePolicy.defaults();
    private SessionLimits limits = SessionLimits.defaults();
    private long features;
    private int roles;
    private InstanceId instance = InstanceId.UNKNOWN;
    private Padding padding = Padding.NONE;
    private RandomSource random = RandomSource.secure();
    private InstantSource clock = InstantSource.system();
    private Duration clockTolerance = CLOCK_TOLERANCE;
    private long rekeyInterval = RecordFormat.REKEY_INTERVAL;

    private Builder() {}

    /** Sets the agent that this node speaks for; required. */
    public Builder identity(Identity identity) {
      this.identity = identity;
      return this;
    }

    /** Sets the network that this node dials and answers in; required. */
    public Builder network(Network network) {
      this.network = network;
      return this;
    }

    /**
     * Sets a second network that this node still answers in while the agents move from one network
     * secret to the next; default none. Costs one more HMAC for a message that fits neither.
     */
    public Builder previousNetwork(@Nullable Network network) {
      this.previousNetwork = network;
      return this;
    }

    /** Sets the suites; default {@link SuitePolicy#defaults()}. */
    public Builder suites(SuitePolicy suites) {
      this.suites = suites;
      return this;
    }

    /** Sets what this node is willing to receive; default {@link SessionLimits#defaults()}. */
    public Builder limits(SessionLimits limits) {
      this.limits = limits;
      return this;
    }

    /** Sets the feature bits that this node announces; default 0. */
    public Builder features(long features) {
      this.features = features;
      return this;
    }

    /** Sets what this node offers to its peers, a bit for each service; default 0. */
    public Builder roles(int roles) {
      this.roles = roles;
      return this;
    }

    /** Sets the name of this process; default {@link InstanceId#UNKNOWN}, which is not told. */
    public Builder instance(InstanceId instance) {
      this.instance = instance;
      return this;
    }

    /** Sets the padding of the records that this node sends; default {@link Padding#NONE}. */
    public Builder padding(Padding padding) {
      this.padding = padding;
      return this;
    }

    /** Sets the source of keys and nonces; default {@link RandomSource#secure()}. */
    public Builder random(RandomSource random) {
      this.random = random;
      return this;
    }

    /**
     * Sets the clock, which is announced to peers and tells when a first message was made; default
     * the system's.
     */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Sets how far an initiator's clock may be from ours: a first message of another time is
     * refused, since it may have been recorded; default {@link #CLOCK_TOLERANCE}.
     */
    public Builder clockTolerance(Duration tolerance) {
      this.clockTolerance = Objects.requireNonNull(tolerance, "tolerance");
      return this;
    }

    /** Sets after how many records keys change; both sides must agree, hence for tests only. */
    Builder rekeyInterval(long records) {
      this.rekeyInterval = records;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException naming every setting that is missing
     */
    public SessionOptions build() {
      if (identity == null || network == null) {
        throw new IllegalArgumentException(
            (identity == null ? "identity is missing, must be set. " : "")
                + (network == null ? "network is missing, must be set." : ""));
      }
      return new SessionOptions(this, identity, network);
    }
  }
}
