package dev.parley.observability.http;

import dev.parley.Address;
import dev.parley.settings.SettingGroup;
import dev.parley.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where the HTTP server listens and what it takes at most. An immutable value; {@link #toBuilder()}
 * is the way back.
 *
 * <p>The settings are declared at the methods of the builder; {@link Builder#build()} reports all
 * problems at once.
 *
 * @param listen where to listen
 * @param allowRemote whether {@code listen} may be an address that other machines reach
 * @param hostNames names, beside {@code localhost}, that requests may use for this server; in lower
 *     case
 * @param healthListen where {@link NodeHealth} listens; nowhere where empty
 * @param maxConnections connections at once
 * @param maxSubscribers listeners of {@code /events} at once
 * @param maxPendingEvents events that wait for one listener
 * @param requestTimeout how long a connection may be without a whole request
 * @param maxLineBytes the longest request line
 * @param maxHeaderBytes the longest headers
 * @param maxLinks links that are shown
 * @param maxContacts contacts that are shown
 */
public record HttpOptions(
    Address listen,
    boolean allowRemote,
    List<String> hostNames,
    List<Address> healthListen,
    int maxConnections,
    int maxSubscribers,
    int maxPendingEvents,
    Duration requestTimeout,
    int maxLineBytes,
    int maxHeaderBytes,
    int maxLinks,
    int maxContacts) {
  private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
  private static final SettingGroup<HttpOptions, Builder> SETTINGS =
      SettingGroup.of("http", HttpOptions.class, Builder.class);
  private static final HttpOptions DEFAULTS = SETTINGS.defaults();

  /**
   * Checks everything.
   *
   * @throws IllegalArgumentException naming each setting that is wrong, its value and the rule
   */
  public HttpOptions {
    healthListen = List.copyOf(healthListen);
    hostNames = hostNames.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    List<String> problems =
        SETTINGS.problems(
            listen,
            allowRemote,
            hostNames,
            healthListen,
            maxConnections,
            maxSubscribers,
            maxPendingEvents,
            requestTimeout,
            maxLineBytes,
            maxHeaderBytes,
            maxLinks,
            maxContacts);
    if (!listen.scheme().equals(Address.Scheme.TCP)) {
      problems.add("http.listen is " + listen + ", must be host:port");
    } else if (!allowRemote && !Hosts.isLoopback(listen.host())) {
      problems.add(
          "http.listen is "
              + listen
              + ", which other machines reach: must be localhost or a loopback address, or"
              + " http.allowRemote must be set");
    }
    for (Address address : healthListen) {
      if (!address.scheme().equals(Address.Scheme.TCP)) {
        problems.add("http.healthListen is " + address + ", must be host:port");
      }
    }
    for (String name : hostNames) {
      if (!HOST_NAME.matcher(name).matches()) {
        problems.add("http.hostNames has \"" + name + "\", must be host names without a port");
      }
    }
    SettingGroup.refuse(problems);
  }

  /** Loopback only, with every limit at its default. */
  public static HttpOptions defaults() {
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

  /** Configures {@link HttpOptions}. Not thread-safe. */
  public interface Builder {
    @Setting(
        what = "Where to listen; port 0 is any free port",
        byDefault = "127.0.0.1:7480",
        parse = "parseListen")
    Builder listen(Address value);

    /** What is shown is not secret, but names peers and addresses, and there is no login. */
    @Setting(
        what = "Whether other machines may reach the address; there is no login",
        byDefault = "false")
    Builder allowRemote(boolean value);

    /**
     * Adds a name that requests may use for this server. Numeric addresses always may: a web page
     * of somebody else can point a name of its own here (DNS rebinding), but no number.
     */
    @Setting(
        what = "Names, beside localhost, that requests may use for this server",
        range = "0 to 16",
        atLimit = "requests under another name are answered 421")
    Builder hostNames(String value);

    /** Its state and the reasons for it are all that is told there; other machines may ask. */
    @Setting(
        what = "Where to tell the node's health alone, with connections of its own",
        range = "0 to 1",
        parse = "parseListen")
    Builder healthListen(Address value);

    @Setting(
        what = "Connections at once",
        byDefault = "64",
        range = "1 to 10000",
        atLimit = "another is closed")
    Builder maxConnections(int value);

    @Setting(
        what = "Listeners of /events at once",
        byDefault = "16",
        range = "1 to 1000",
        atLimit = "another is answered 503")
    Builder maxSubscribers(int value);

    @Setting(
        what = "Events that wait for one listener",
        byDefault = "8",
        range = "1 to 1000",
        atLimit = "the listener is dropped")
    Builder maxPendingEvents(int value);

    @Setting(
        what = "How long a connection may be without a whole request",
        byDefault = "30s",
        range = "1s to 1h",
        atLimit = "it is closed")
    Builder requestTimeout(Duration value);

    @Setting(
        what = "The longest request line",
        byDefault = "2KiB",
        range = "256 to 64KiB",
        atLimit = "a longer one is answered 414")
    Builder maxLineBytes(int value);

    @Setting(
        what = "The longest headers",
        byDefault = "8KiB",
        range = "1KiB to 64KiB",
        atLimit = "longer ones are answered 431")
    Builder maxHeaderBytes(int value);

    @Setting(
        what = "Links that are shown",
        byDefault = "100",
        range = "1 to 10000",
        atLimit = "the busiest are shown")
    Builder maxLinks(int value);

    @Setting(
        what = "Contacts that are shown",
        byDefault = "500",
        range = "1 to 10000",
        atLimit = "the nearest are shown")
    Builder maxContacts(int value);

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming each setting that is wrong, its value and the rule
     */
    HttpOptions build();
  }
}
