package dev.parley.transport.noise;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The patterns the specification writes out: one-way (section 7.4), fundamental interactive
 * (section 7.5) and deferred (section 7.6 and appendix 18.1).
 *
 * <p>A line is the name, the pre-messages if any up to {@code ...}, then the messages, which start
 * with the initiator's and alternate.
 */
final class BasePatterns {

  private static final String TABLE =
      """
      N:    <- s ... -> e, es
      K:    -> s <- s ... -> e, es, ss
      X:    <- s ... -> e, es, s, ss

      NN:   -> e <- e, ee
      NK:   <- s ... -> e, es <- e, ee
      NX:   -> e <- e, ee, s, es
      XN:   -> e <- e, ee -> s, se
      XK:   <- s ... -> e, es <- e, ee -> s, se
      XX:   -> e <- e, ee, s, es -> s, se
      KN:   -> s ... -> e <- e, ee, se
      KK:   -> s <- s ... -> e, es, ss <- e, ee, se
      KX:   -> s ... -> e <- e, ee, se, s, es
      IN:   -> e, s <- e, ee, se
      IK:   <- s ... -> e, es, s, ss <- e, ee, se
      IX:   -> e, s <- e, ee, se, s, es

      NK1:  <- s ... -> e <- e, ee, es
      NX1:  -> e <- e, ee, s -> es
      X1N:  -> e <- e, ee -> s <- se
      X1K:  <- s ... -> e, es <- e, ee -> s <- se
      XK1:  <- s ... -> e <- e, ee, es -> s, se
      X1K1: <- s ... -> e <- e, ee, es -> s <- se
      X1X:  -> e <- e, ee, s, es -> s <- se
      XX1:  -> e <- e, ee, s -> es, s, se
      X1X1: -> e <- e, ee, s -> es, s <- se
      K1N:  -> s ... -> e <- e, ee -> se
      K1K:  -> s <- s ... -> e, es <- e, ee -> se
      KK1:  -> s <- s ... -> e <- e, ee, se, es
      K1K1: -> s <- s ... -> e <- e, ee, es -> se
      K1X:  -> s ... -> e <- e, ee, s, es -> se
      KX1:  -> s ... -> e <- e, ee, se, s -> es
      K1X1: -> s ... -> e <- e, ee, s -> se, es
      I1N:  -> e, s <- e, ee -> se
      I1K:  <- s ... -> e, es, s <- e, ee -> se
      IK1:  <- s ... -> e, s <- e, ee, se, es
      I1K1: <- s ... -> e, s <- e, ee, es -> se
      I1X:  -> e, s <- e, ee, s, es -> se
      IX1:  -> e, s <- e, ee, se, s -> es
      I1X1: -> e, s <- e, ee, s -> se, es
      """;

  private static final Map<String, HandshakePattern> BY_NAME = parseTable();

  private BasePatterns() {}

  /** The names in the order of the specification. */
  static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  static HandshakePattern byName(String name) {
    HandshakePattern pattern = BY_NAME.get(name);
    if (pattern == null) {
      throw new IllegalArgumentException("unknown handshake pattern " + name);
    }
    return pattern;
  }

  private static Map<String, HandshakePattern> parseTable() {
    Map<String, HandshakePattern> patterns = new LinkedHashMap<>();
    TABLE
        .lines()
        .filter(line -> !line.isBlank())
        .map(BasePatterns::parseLine)
        .forEach(pattern -> patterns.put(pattern.name(), pattern));
    return patterns;
  }

  private static HandshakePattern parseLine(String line) {
    int colon = line.indexOf(':');
    int dots = line.indexOf("...");
    String before = dots < 0 ? "" : line.substring(colon + 1, dots);
    String messages = line.substring(dots < 0 ? colon + 1 : dots + 3);
    return new HandshakePattern(
        line.substring(0, colon),
        preMessage(before, "->"),
        preMessage(before, "<-"),
        Arrays.stream(messages.split("->|<-"))
            .filter(text -> !text.isBlank())
            .map(BasePatterns::tokens)
            .toList());
  }

  private static List<Token> preMessage(String before, String arrow) {
    return before.contains(arrow) ? List.of(Token.S) : List.of();
  }

  private static List<Token> tokens(String text) {
    return Arrays.stream(text.split(",")).map(String::trim).map(Token::of).toList();
  }
}
