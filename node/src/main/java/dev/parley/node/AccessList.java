package dev.parley.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.AgentId;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Agents and networks by name: the ids of agents, IP addresses and prefixes. Immutable.
 *
 * <p>As text it is one entry a line: an id ({@code z6Mk...} or {@code did:key:z6Mk...}), an address
 * ({@code 192.0.2.7}, {@code 2001:db8::1}) or a prefix ({@code 192.0.2.0/24}, {@code
 * 2001:db8::/32}). Empty lines, and what follows a {@code #}, mean nothing.
 *
 * <p>Each key has two ids, which differ in one bit, and its holder may come under either: an id in
 * the list stands for both. A look-up costs a few hash look-ups, however long the list is.
 */
public final class AccessList {
  /** How many entries there may be. */
  public static final int MAX_ENTRIES = 100_000;

  /** How large a file may be. */
  public static final int MAX_BYTES = 8 * 1024 * 1024;

  private static final int MAX_TOLD = 5;
  private static final AccessList EMPTY = new AccessList(Set.of(), Map.of());

  private final Set<ByteBuffer> agents; // the halves of their ids that both twins share
  private final Map<Integer, Set<Prefix>> prefixes; // by how many bits of which family they have

  private AccessList(Set<ByteBuffer> agents, Map<Integer, Set<Prefix>> prefixes) {
    this.agents = agents;
    this.prefixes = prefixes;
  }

  /** Nobody. */
  public static AccessList empty() {
    return EMPTY;
  }

  /**
   * The list of these entries, each as in a line of text.
   *
   * @throws IllegalArgumentException naming the entries that are wrong, and why
   */
  public static AccessList of(Collection<String> entries) {
    return parse("entry ", entries);
  }

  /**
   * Reads a file. Blocks.
   *
   * @throws IllegalArgumentException with file, line and reason of what is wrong, or saying why the
   *     file cannot be read
   */
  public static AccessList read(Path file) {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      String why = Files.isDirectory(file) ? "it is a directory" : e.getClass().getSimpleName();
      throw new IllegalArgumentException("cannot read " + file + " (" + why + ")", e);
    }
    if (content.length > MAX_BYTES) {
      throw new IllegalArgumentException(file + " has over " + MAX_BYTES + " bytes");
    }
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return parse(file + ":", text.lines().toList());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + " is not UTF-8 text", e);
    }
  }

  private static AccessList parse(String where, Collection<String> lines) {
    Set<ByteBuffer> agents = new HashSet<>();
    Map<Integer, Set<Prefix>> prefixes = new HashMap<>();
    List<String> problems = new ArrayList<>();
    int entries = 0;
    int number = 0;
    for (String line : lines) {
      number++;
      int comment = line.indexOf('#');
      String entry = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (entry.isEmpty()) {
        continue;
      }
      if (++entries > MAX_ENTRIES) {
        problems.add(where + number + ": more than " + MAX_ENTRIES + " entries");
        break;
      }
      try {
        add(entry, agents, prefixes);
      } catch (IllegalArgumentException e) {
        problems.add(where + number + ": " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      int more = problems.size() - MAX_TOLD;
      String told = String.join("; ", problems.subList(0, Math.min(MAX_TOLD, problems.size())));
      throw new IllegalArgumentException(told + (more > 0 ? "; and " + more + " more" : ""));
    }
    return new AccessList(agents, prefixes);
  }

  private static void add(
      String entry, Set<ByteBuffer> agents, Map<Integer, Set<Prefix>> prefixes) {
    if (entry.startsWith("z") || entry.startsWith("did:")) {
      agents.add(shared(AgentId.parse(entry)));
    } else {
      Prefix prefix = Prefix.parse(entry);
      prefixes.computeIfAbsent(prefix.kind(), k -> new HashSet<>()).add(prefix);
    }
  }

  /** The key without the bit in which twins differ: the sign of x (RFC 8032 section 5.1.2). */
  private static ByteBuffer shared(AgentId id) {
    byte[] key = id.toBytes();
    key[AgentId.LENGTH - 1] &= 0x7f;
    return ByteBuffer.wrap(key);
  }

  /** How many entries it has; what is named twice counts once. */
  public int size() {
    return agents.size() + prefixes.values().stream().mapToInt(Set::size).sum();
  }

  /** Whether agents are named, and not networks alone. */
  boolean namesAgents() {
    return !agents.isEmpty();
  }

  /** Whether no network is named. */
  boolean isOfAgentsAlone() {
    return prefixes.isEmpty();
  }

  /** Whether an agent is named, by either of its two ids. */
  public boolean contains(AgentId agent) {
    return !agents.isEmpty() && agents.contains(shared(agent));
  }

  /** Whether an address is named, or a network that it is in. */
  public boolean contains(InetAddress address) {
    if (prefixes.isEmpty()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    for (Map.Entry<Integer, Set<Prefix>> one : prefixes.entrySet()) {
      Prefix prefix = Prefix.of(bytes, one.getKey());
      if (prefix != null && one.getValue().contains(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it names an agent, or where it is. */
  boolean contains(AgentId agent, @Nullable InetAddress address) {
    return contains(agent) || (address != null && contains(address));
  }
}
