package dev.parley.dht.wire;

/** Tells whether records are signed by the agents they speak for. */
@FunctionalInterface
public interface RecordVerifier {
  /** Whether the signature is the agent's own; false also for a key that is no agent's. */
  boolean verify(AgentRecord record);

  /**
   * The one strict rule that all nodes share: Ed25519 as {@link dev.parley.AgentId#verify} has it.
   */
  static RecordVerifier ed25519() {
    return record -> {
      try {
        return record
            .key()
            .agent()
            .verify(RecordSigner.PURPOSE, record.statement(), record.signature());
      } catch (IllegalArgumentException e) {
        return false;
      }
    };
  }
}
