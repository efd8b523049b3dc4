package dev.parley.transport.noise;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * A handshake pattern: what each side knows of the other's keys beforehand, and the tokens of each
 * message (Noise revision 34, section 7).
 *
 * <p>Patterns are kept in canonical form: the initiator writes the first message and the sides
 * alternate. A {@code fallback} pattern, which the specification writes from the side of the one
 * who wrote the failed message, has its roles exchanged accordingly. Immutable.
 */
public final class HandshakePattern {

  private final String name;
  private final List<Token> initiatorPreMessage;
  private final List<Token> responderPreMessage;
  private final List<List<Token>> messages;

  HandshakePattern(
      String name,
      List<Token> initiatorPreMessage,
      List<Token> responderPreMessage,
      List<List<Token>> messages) {
    this.name = name;
    this.initiatorPreMessage = List.copyOf(initiatorPreMessage);
    this.responderPreMessage = List.copyOf(responderPreMessage);
    this.messages = messages.stream().map(List::copyOf).toList();
  }

  /**
   * Parses the pattern section of a protocol name, such as {@code XX}, {@code NNpsk0+psk2}, {@code
   * XXfallback} or {@code XKhfs+psk0}.
   *
   * <p>Modifiers apply from left to right. Those whose order does not matter must be sorted
   * (section 8): {@code fallback}, {@code hfs}, then ascending {@code pskN}.
   *
   * @throws IllegalArgumentException if the name is not one the specification gives a meaning to
   */
  public static HandshakePattern parse(String name) {
    return PatternModifiers.parse(name);
  }

  /** The names of the patterns without modifiers, in the order of the specification. */
  public static List<String> baseNames() {
    return BasePatterns.names();
  }

  /** The name, with modifiers. */
  public String name() {
    return name;
  }

  /** The public keys of one side that the other knows before the first message, in hash order. */
  public List<Token> preMessage(Role owner) {
    return owner == Role.INITIATOR ? initiatorPreMessage : responderPreMessage;
  }

  /** The tokens of each message; message 0 is the initiator's. */
  public List<List<Token>> messages() {
    return messages;
  }

  /** Who writes a message. */
  public Role sender(int message) {
    return message % 2 == 0 ? Role.INITIATOR : Role.RESPONDER;
  }

  /** Whether the responder never writes, not even after the handshake (section 7.4). */
  public boolean isOneWay() {
    return messages.size() == 1 && !responderPreMessage.contains(Token.E);
  }

  /** How many pre-shared keys the pattern takes. */
  public int pskCount() {
    return (int) messages.stream().flatMap(Collection::stream).filter(Token.PSK::equals).count();
  }

  /** Whether the pattern has the KEM tokens. */
  public boolean isHybrid() {
    return messages.stream().anyMatch(tokens -> tokens.contains(Token.E1));
  }

  /** Whether a side uses a static key of its own. */
  boolean usesStatic(Role role) {
    return preMessage(role).contains(Token.S) || sends(role, Token.S);
  }

  private boolean sends(Role role, Token token) {
    for (int i = 0; i < messages.size(); i++) {
      if (sender(i) == role && messages.get(i).contains(token)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HandshakePattern that
        && name.equals(that.name)
        && initiatorPreMessage.equals(that.initiatorPreMessage)
        && responderPreMessage.equals(that.responderPreMessage)
        && messages.equals(that.messages);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, initiatorPreMessage, responderPreMessage, messages);
  }

  /** The pattern as the specification writes it, one line per message. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add(name + ":");
    if (!initiatorPreMessage.isEmpty()) {
      lines.add(line(Role.INITIATOR, initiatorPreMessage));
    }
    if (!responderPreMessage.isEmpty()) {
      lines.add(line(Role.RESPONDER, responderPreMessage));
    }
    if (lines.size() > 1) {
      lines.add("  ...");
    }
    for (int i = 0; i < messages.size(); i++) {
      lines.add(line(sender(i), messages.get(i)));
    }
    return String.join("\n", lines);
  }

  private static String line(Role sender, List<Token> tokens) {
    String text = String.join(", ", tokens.stream().map(Token::toString).toList());
    return (sender == Role.INITIATOR ? "  -> " : "  <- ") + text;
  }
}
