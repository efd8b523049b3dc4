package dev.parley.observability.http;

import dev.parley.AgentId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who uses a node most, by network (/24 of IPv4, /48 of IPv6) and by agent, in the last one to two
 * minutes. What is used is told once a second for each link, never with a message. Thread-safe.
 *
 * <p>Of each kind {@value #MAX} are kept; where there are more, the lesser half of them is
 * forgotten. So what is told of a small user may be too little, and the largest are right.
 *
 * <p>A minute in which somebody was turned away ends with a line in the log that names the largest.
 */
final class Talkers {
  /** The name of the log. */
  static final String LOG = "dev.parley.talkers";

  static final int MAX = 1024;
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int LOGGED = 3;
  private static final Logger log = LoggerFactory.getLogger(LOG);

  private final Table networks = new Table(); // guarded by this
  private final Table agents = new Table(); // guarded by this
  private long windowNanos; // guarded by this
  private long turnedAway; // in this window; guarded by this

  /**
   * What somebody used.
   *
   * @param name a network's prefix, or the short form of an agent's id
   * @param bytes in both directions
   * @param messages requests, answers, items and signals in both directions
   * @param connections links that were opened, and connections that were turned away
   * @param refusals connections that were turned away
   */
  record View(String name, long bytes, long messages, long connections, long refusals) {
    /** What ranks them: each figure as far as it is a burden. */
    private long weight() {
      return bytes / 1024 + messages + 10 * (connections + refusals);
    }

    private View plus(View other) {
      return new View(
          name,
          bytes + other.bytes,
          messages + other.messages,
          connections + other.connections,
          refusals + other.refusals);
    }
  }

  /** The largest of both kinds, largest first. */
  record Top(List<View> networks, List<View> agents) {}

  /** This window's users, and those of the one before. */
  private static final class Table {
    private Map<String, View> now = new HashMap<>();
    private Map<String, View> before = new HashMap<>();

    void add(View used) {
      now.merge(used.name, used, View::plus);
      if (now.size() > MAX) {
        now =
            ordered(now.values().stream())
                .limit(MAX / 2)
                .collect(Collectors.toMap(View::name, view -> view, View::plus, HashMap::new));
      }
    }

    void turn() {
      before = now;
      now = new HashMap<>();
    }

    List<View> largest(int max) {
      Map<String, View> both = new HashMap<>(before);
      now.forEach((name, view) -> both.merge(name, view, View::plus));
      return ordered(both.values().stream()).limit(max).toList();
    }

    private static Stream<View> ordered(Stream<View> views) {
      return views.sorted(
          Comparator.comparingLong(View::weight).reversed().thenComparing(View::name));
    }
  }

  /** A link was opened. */
  synchronized void opened(AgentId agent, @Nullable InetAddress address) {
    add(agent, address, 0, 0, 1);
  }

  /** What went over a link since the last time. */
  synchronized void used(AgentId agent, @Nullable InetAddress address, long bytes, long messages) {
    if (bytes > 0 || messages > 0) {
      add(agent, address, bytes, messages, 0);
    }
  }

  private void add(
      AgentId agent, @Nullable InetAddress address, long bytes, long messages, long connections) {
    agents.add(new View(agent.toShortString(), bytes, messages, connections, 0));
    if (address != null) {
      networks.add(new View(network(address), bytes, messages, connections, 0));
    }
  }

  /** A connection was turned away. */
  synchronized void turnedAway(InetAddress from) {
    turnedAway++;
    networks.add(new View(network(from), 0, 0, 1, 1));
  }

  /** Time went by. */
  void advance(long nanos) {
    String line = null;
    synchronized (this) {
      windowNanos += nanos;
      if (windowNanos < WINDOW_NANOS) {
        return;
      }
      if (turnedAway > 0) {
        line = line();
      }
      windowNanos = 0;
      turnedAway = 0;
      networks.turn();
      agents.turn();
    }
    if (line != null) {
      log.info(line);
    }
  }

  private String line() {
    return String.format(
        Locale.ROOT,
        "%d connections were turned away in a minute; largest networks: %s; largest agents: %s",
        turnedAway,
        told(networks),
        told(agents));
  }

  private static String told(Table table) {
    return table.largest(LOGGED).stream()
        .map(
            v ->
                String.format(
                    Locale.ROOT,
                    "%s (%d KiB, %d messages, %d connections, %d turned away)",
                    v.name,
                    v.bytes / 1024,
                    v.messages,
                    v.connections,
                    v.refusals))
        .collect(Collectors.joining(", "));
  }

  /** The largest, at most {@code max} of each kind. */
  synchronized Top top(int max) {
    return new Top(networks.largest(max), agents.largest(max));
  }

  private static String network(InetAddress address) {
    byte[] bytes = address.getAddress();
    int kept = bytes.length == 4 ? 3 : 6;
    Arrays.fill(bytes, kept, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes).getHostAddress() + "/" + 8 * kept;
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of 4 or 16 bytes", e);
    }
  }
}
