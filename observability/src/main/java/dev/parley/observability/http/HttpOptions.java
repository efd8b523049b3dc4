package dev.parley.observability.http;

import dev.parley.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where the HTTP server listens and what it takes at most. An immutable value; {@link #toBuilder()}
 * is the way back.
 *
 * @param listen where to listen; port 0 is any free port. Default 127.0.0.1:7480.
 * @param allowRemote whether {@code listen} may be an address that other machines reach. What is
 *     shown is not secret, but names peers and addresses, and there is no login. Default false.
 * @param hostNames names, beside {@code localhost}, that requests may use for this server. Numeric
 *     addresses always may: a web page of somebody else can point a name of its own here (DNS
 *     rebinding), but no number. Default none, at most 16.
 * @param maxConnections connections at once; another is closed. 1..10000, default 64.
 * @param maxSubscribers listeners of {@code /events} at once; another is answered 503. 1..1000,
 *     default 16.
 * @param maxPendingEvents events that wait for one listener; beyond it the listener is dropped.
 *     1..1000, default 8.
 * @param requestTimeout how long a connection may be without a whole request. 1 s..1 h, default 30
 *     s.
 * @param maxLineBytes the longest request line; a longer one is answered 414. 256..65536, default
 *     2048.
 * @param maxHeaderBytes the longest headers; longer ones are answered 431. 1024..65536, default
 *     8192.
 * @param maxLinks links that are shown, the busiest first. 1..10000, default 100.
 * @param maxContacts contacts that are shown, the nearest first. 1..10000, default 500.
 */
public record HttpOptions(
    Address listen,
    boolean allowRemote,
    List<String> hostNames,
    int maxConnections,
    int maxSubscribers,
    int maxPendingEvents,
    Duration requestTimeout,
    int maxLineBytes,
    int maxHeaderBytes,
    int maxLinks,
    int maxContacts) {
  private static final int MAX_HOST_NAMES = 16;
  private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
  private static final HttpOptions DEFAULTS = builder().build();

  /**
   * Checks everything.
   *
   * @throws IllegalArgumentException naming each setting that is wrong, its value and the rule
   */
  public HttpOptions {
    Objects.requireNonNull(listen, "listen");
    Objects.requireNonNull(requestTimeout, "requestTimeout");
    hostNames = hostNames.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    List<String> problems = new ArrayList<>();
    if (listen.scheme() != Address.Scheme.TCP) {
      problems.add("listen is " + listen + ", must be host:port");
    } else if (!allowRemote && !Hosts.isLoopback(listen.host())) {
      problems.add(
          "listen is "
              + listen
              + ", which other machines reach: must be localhost or a loopback address, or"
              + " allowRemote must be set");
    }
    if (hostNames.size() > MAX_HOST_NAMES) {
      problems.add("hostNames has " + hostNames.size() + ", must be 0.." + MAX_HOST_NAMES);
    }
    for (String name : hostNames) {
      if (!HOST_NAME.matcher(name).matches()) {
        problems.add("hostNames has \"" + name + "\", must be host names without a port");
      }
    }
    range(problems, "maxConnections", maxConnections, 1, 10_000);
    range(problems, "maxSubscribers", maxSubscribers, 1, 1000);
    range(problems, "maxPendingEvents", maxPendingEvents, 1, 1000);
    range(problems, "requestTimeout in ms", requestTimeout.toMillis(), 1000, 3_600_000);
    range(problems, "maxLineBytes", maxLineBytes, 256, 65_536);
    range(problems, "maxHeaderBytes", maxHeaderBytes, 1024, 65_536);
    range(problems, "maxLinks", maxLinks, 1, 10_000);
    range(problems, "maxContacts", maxContacts, 1, 10_000);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static void range(List<String> problems, String name, long value, long min, long max) {
    if (value < min || value > max) {
      problems.add(name + " is " + value + ", must be " + min + ".." + max);
    }
  }

  /** Loopback only, with every limit at its default. */
  public static HttpOptions defaults() {
    return DEFAULTS;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.listen = listen;
    b.allowRemote = allowRemote;
    b.hostNames.addAll(hostNames);
    b.maxConnections = maxConnections;
    b.maxSubscribers = maxSubscribers;
    b.maxPendingEvents = maxPendingEvents;
    b.requestTimeout = requestTimeout;
    b.maxLineBytes = maxLineBytes;
    b.maxHeaderBytes = maxHeaderBytes;
    b.maxLinks = maxLinks;
    b.maxContacts = maxContacts;
    return b;
  }

  /** Configures {@link HttpOptions}. Not thread-safe. */
  public static final class Builder {
    private Address listen = Address.tcp("127.0.0.1", 7480);
    private boolean allowRemote;
    private final List<String> hostNames = new ArrayList<>();
    private int maxConnections = 64;
    private int maxSubscribers = 16;
    private int maxPendingEvents = 8;
    private Duration requestTimeout = Duration.ofSeconds(30);
    private int maxLineBytes = 2048;
    private int maxHeaderBytes = 8192;
    private int maxLinks = 100;
    private int maxContacts = 500;

    private Builder() {}

    /** See {@link HttpOptions#listen}. */
    public Builder listen(Address value) {
      this.listen = value;
      return this;
    }

    /** See {@link HttpOptions#allowRemote}. */
    public Builder allowRemote(boolean value) {
      this.allowRemote = value;
      return this;
    }

    /** Adds one of {@link HttpOptions#hostNames}. */
    public Builder hostName(String value) {
      hostNames.add(Objects.requireNonNull(value, "hostName"));
      return this;
    }

    /** See {@link HttpOptions#maxConnections}. */
    public Builder maxConnections(int value) {
      this.maxConnections = value;
      return this;
    }

    /** See {@link HttpOptions#maxSubscribers}. */
    public Builder maxSubscribers(int value) {
      this.maxSubscribers = value;
      return this;
    }

    /** See {@link HttpOptions#maxPendingEvents}. */
    public Builder maxPendingEvents(int value) {
      this.maxPendingEvents = value;
      return this;
    }

    /** See {@link HttpOptions#requestTimeout}. */
    public Builder requestTimeout(Duration value) {
      this.requestTimeout = value;
      return this;
    }

    /** See {@link HttpOptions#maxLineBytes}. */
    public Builder maxLineBytes(int value) {
      this.maxLineBytes = value;
      return this;
    }

    /** See {@link HttpOptions#maxHeaderBytes}. */
    public Builder maxHeaderBytes(int value) {
      this.maxHeaderBytes = value;
      return this;
    }

    /** See {@link HttpOptions#maxLinks}. */
    public Builder maxLinks(int value) {
      this.maxLinks = value;
      return this;
    }

    /** See {@link HttpOptions#maxContacts}. */
    public Builder maxContacts(int value) {
      this.maxContacts = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming each setting that is wrong, its value and the rule
     */
    public HttpOptions build() {
      return new HttpOptions(
          listen,
          allowRemote,
          hostNames,
          maxConnections,
          maxSubscribers,
          maxPendingEvents,
          requestTimeout,
          maxLineBytes,
          maxHeaderBytes,
          maxLinks,
          maxContacts);
    }
  }
}
