package dev.parley.naive;

/** An agent's seed and the keys that come from it. */
public record NaiveAgent(byte[] seed) {

  public byte[] id() {
    return NaiveIds.id(seed);
  }

  byte[] x25519Private() {
    return NaiveIds.x25519Private(seed);
  }
}
