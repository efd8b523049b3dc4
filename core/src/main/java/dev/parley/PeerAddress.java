package dev.parley;

/** Temporary. */
public record PeerAddress(AgentId id, Address address) {
  /** P. */
  public static PeerAddress parse(String s) {
    return new PeerAddress(AgentId.parse(s), Address.listen("x", 1));
  }
}
