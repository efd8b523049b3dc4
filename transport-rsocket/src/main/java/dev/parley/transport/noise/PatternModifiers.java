package dev.parley.transport.noise;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Derives patterns by modifier: {@code pskN} (Noise revision 34, section 9.4), {@code fallback}
 * (section 10.2) and {@code hfs} (hybrid forward secrecy extension, with a KEM in place of its
 * symmetric exchange).
 */
final class PatternModifiers {

  private static final Pattern NAME = Pattern.compile("([NKXI]1?(?:[NKX]1?)?)([a-z][a-z0-9+]*)?");
  private static final Pattern PSK = Pattern.compile("psk([0-9])");

  private PatternModifiers() {}

  static HandshakePattern parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a handshake pattern name: " + name);
    }
    HandshakePattern pattern = BasePatterns.byName(matcher.group(1));
    if (matcher.group(2) == null) {
      return pattern;
    }
    String last = "";
    for (String modifier : matcher.group(2).split("\\+", -1)) {
      if (last.compareTo(modifier) >= 0) {
        throw new IllegalArgumentException("modifiers are not sorted: " + name);
      }
      last = modifier;
      pattern = apply(modifier, pattern);
    }
    return new HandshakePattern(
        name,
        pattern.preMessage(Role.INITIATOR),
        pattern.preMessage(Role.RESPONDER),
        pattern.messages());
  }

  private static HandshakePattern apply(String modifier, HandshakePattern pattern) {
    Matcher psk = PSK.matcher(modifier);
    if (psk.matches()) {
      return psk(pattern, Integer.parseInt(psk.group(1)));
    }
    return switch (modifier) {
      case "fallback" -> fallback(pattern);
      case "hfs" -> hfs(pattern);
      default -> throw new IllegalArgumentException("unknown modifier " + modifier);
    };
  }

  /** Puts {@code psk} at the start of the first message (0) or at the end of message {@code n}. */
  private static HandshakePattern psk(HandshakePattern pattern, int n) {
    List<List<Token>> messages = copy(pattern.messages());
    if (n > messages.size()) {
      throw new IllegalArgumentException("psk" + n + " is beyond the last message");
    }
    List<Token> tokens = messages.get(Math.max(n - 1, 0));
    tokens.add(n == 0 ? 0 : tokens.size(), Token.PSK);
    return withMessages(pattern, messages);
  }

  /**
   * Makes the first message a pre-message. The rest then starts with what was the responder, so the
   * roles are exchanged to keep the canonical form.
   */
  private static HandshakePattern fallback(HandshakePattern pattern) {
    List<Token> first = pattern.messages().get(0);
    boolean onlyKeys = first.equals(List.of(Token.E)) || first.equals(List.of(Token.E, Token.S));
    if (!onlyKeys || pattern.isOneWay()) {
      throw new IllegalArgumentException("fallback does not apply to " + pattern.name());
    }
    List<Token> known = new ArrayList<>(first);
    known.addAll(pattern.preMessage(Role.INITIATOR));
    List<List<Token>> rest = new ArrayList<>();
    for (List<Token> tokens : pattern.messages().subList(1, pattern.messages().size())) {
      rest.add(tokens.stream().map(PatternModifiers::exchanged).toList());
    }
    return new HandshakePattern(pattern.name(), pattern.preMessage(Role.RESPONDER), known, rest);
  }

  private static Token exchanged(Token token) {
    return switch (token) {
      case ES -> Token.SE;
      case SE -> Token.ES;
      default -> token;
    };
  }

  /**
   * Adds {@code e1} after the first Diffie-Hellman of the message with the first {@code e}, or
   * right after that {@code e} if the message has none, and {@code ekem1} after the first {@code
   * ee}.
   */
  private static HandshakePattern hfs(HandshakePattern pattern) {
    List<List<Token>> messages = copy(pattern.messages());
    boolean applies =
        messages.size() > 1
            && messages.get(0).contains(Token.E)
            && !messages.get(0).contains(Token.EE)
            && messages.get(1).contains(Token.EE);
    if (!applies) {
      throw new IllegalArgumentException("hfs does not apply to " + pattern.name());
    }
    List<Token> first = messages.get(0);
    first.add(afterFirstDhOrE(first), Token.E1);
    List<Token> second = messages.get(1);
    second.add(second.indexOf(Token.EE) + 1, Token.EKEM1);
    return withMessages(pattern, messages);
  }

  private static int afterFirstDhOrE(List<Token> tokens) {
    for (int i = tokens.indexOf(Token.E); i < tokens.size(); i++) {
      if (tokens.get(i).isDh()) {
        return i + 1;
      }
    }
    return tokens.indexOf(Token.E) + 1;
  }

  private static HandshakePattern withMessages(
      HandshakePattern pattern, List<List<Token>> messages) {
    return new HandshakePattern(
        pattern.name(),
        pattern.preMessage(Role.INITIATOR),
        pattern.preMessage(Role.RESPONDER),
        messages);
  }

  private static List<List<Token>> copy(List<List<Token>> messages) {
    List<List<Token>> copy = new ArrayList<>();
    messages.forEach(tokens -> copy.add(new ArrayList<>(tokens)));
    return copy;
  }
}
