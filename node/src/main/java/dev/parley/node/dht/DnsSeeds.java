package dev.parley.node.dht;

import dev.parley.Address;
import dev.parley.PeerAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seeds that DNS names list, one in each TXT record: {@code parley-seed=ID@HOST:PORT}. Other TXT
 * records of the names are ignored.
 *
 * <p>What a name answers is a stranger's word: records that are no seeds are counted in the log,
 * not shown, and a seed is only dialled, and has to prove its key.
 */
final class DnsSeeds {
  private static final Logger log = LoggerFactory.getLogger(DnsSeeds.class);

  /** The DNS servers that the machine is configured with. */
  static final String SYSTEM = "dns:";

  /** How many different seeds are taken, of all names together. */
  static final int MAX_SEEDS = 64;

  private static final String PREFIX = "parley-seed=";
  private static final int MAX_NAME_LENGTH = 253;
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*+\\.?");

  /** Doubles with each try: 3 s in all for each DNS server that is silent. */
  private static final String TIMEOUT_MILLIS = "1000";

  private static final String RETRIES = "2";

  private final String provider;
  private final List<String> names;

  /**
   * Seeds of these names.
   *
   * @param provider the JNDI URL of the DNS servers
   */
  DnsSeeds(String provider, List<String> names) {
    this.provider = provider;
    this.names = List.copyOf(names);
  }

  /** Whether it can be a DNS name; no name of JNDI or other syntax is. */
  static boolean isName(String text) {
    return text.length() <= MAX_NAME_LENGTH && NAME.matcher(text).matches();
  }

  /** Whether there is no name to look up. */
  boolean isEmpty() {
    return names.isEmpty();
  }

  /**
   * Tells the seeds that the names list now, each once; a name that cannot be looked up lists none.
   * Blocks; ends early on a thread that is interrupted, since nobody waits any more.
   */
  void lookUp(Consumer<PeerAddress> found) {
    Set<PeerAddress> told = new HashSet<>();
    for (String name : names) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      try {
        tell(name, texts(name), told, found);
      } catch (NamingException e) {
        log.warn("no seeds are known of {}: {}", name, e.getClass().getSimpleName());
      }
    }
  }

  private static void tell(
      String name, List<String> texts, Set<PeerAddress> told, Consumer<PeerAddress> found) {
    int malformed = 0;
    int leftOut = 0;
    for (String text : texts) {
      if (!text.startsWith(PREFIX) || Thread.currentThread().isInterrupted()) {
        continue;
      }
      PeerAddress seed = seed(text.substring(PREFIX.length()));
      if (seed == null) {
        malformed++;
      } else if (told.size() == MAX_SEEDS) {
        leftOut += told.contains(seed) ? 0 : 1;
      } else if (told.add(seed)) {
        found.accept(seed);
      }
    }
    if (leftOut > 0) {
      log.warn("{} seeds of {} are left out: {} are known of DNS", leftOut, name, MAX_SEEDS);
    }
    if (malformed > 0) {
      log.warn(
          "{} of the TXT records of {} are skipped: not {}ID@HOST:PORT", malformed, name, PREFIX);
    }
  }

  private static @Nullable PeerAddress seed(String text) {
    try {
      PeerAddress seed = PeerAddress.parse(text);
      return seed.address().scheme().equals(Address.Scheme.TCP) ? seed : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The texts of the TXT records of a name, now. Blocks. */
  @SuppressWarnings("BanJNDI") // DNS gives strings only, and the name of no other naming system
  List<String> texts(String name) throws NamingException {
    Properties settings = new Properties();
    settings.setProperty(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    settings.setProperty(Context.PROVIDER_URL, provider);
    settings.setProperty("com.sun.jndi.dns.timeout.initial", TIMEOUT_MILLIS);
    settings.setProperty("com.sun.jndi.dns.timeout.retries", RETRIES);
    DirContext dns = new InitialDirContext(settings);
    try {
      Attribute txt = dns.getAttributes(name, new String[] {"TXT"}).get("TXT");
      List<String> texts = new ArrayList<>();
      for (int i = 0; txt != null && i < txt.size(); i++) {
        if (txt.get(i) instanceof String value) {
          texts.add(joined(value));
        }
      }
      return texts;
    } finally {
      dns.close();
    }
  }

  /**
   * The text of a TXT record, from how JNDI writes it: its character strings with a space between
   * them, and in quotes where one is empty or has a space, a quote or a backslash; the last two
   * behind a backslash.
   */
  static String joined(String strings) {
    StringBuilder text = new StringBuilder(strings.length());
    boolean quoted = false;
    for (int i = 0; i < strings.length(); i++) {
      char c = strings.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted && i + 1 < strings.length()) {
        i++;
        text.append(strings.charAt(i));
      } else if (c != ' ' || quoted) {
        text.append(c);
      }
    }
    return text.toString();
  }
}
