package dev.parley.dht.wire;

import dev.parley.AgentId;
import dev.parley.NetworkId;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The key of the agent that a node speaks for, and the point where that node lives.
 *
 * <p>Contacts arrive by the dozen and most are never dialled, so the bytes are not checked to be a
 * curve point here: {@link #agent()} does, before a dial, and no handshake can prove others.
 */
public final class NodeKey {
  private final byte[] key;
  private final DhtKey id;

  private NodeKey(byte[] key, DhtKey id) {
    this.key = key;
    this.id = id;
  }

  /**
   * The key with these 32 bytes, copied, in a network.
   *
   * @throws IllegalArgumentException if there are not 32 bytes
   */
  public static NodeKey of(NetworkId network, byte[] agentKey) {
    Objects.requireNonNull(network, "network");
    if (agentKey.length != AgentId.LENGTH) {
      throw new IllegalArgumentException(
          "a node key has " + AgentId.LENGTH + " bytes, these are " + agentKey.length);
    }
    return own(network, agentKey.clone());
  }

  /** The key of an agent's node. */
  public static NodeKey of(NetworkId network, AgentId agent) {
    return own(network, agent.toBytes());
  }

  static NodeKey own(NetworkId network, byte[] agentKey) {
    return new NodeKey(agentKey, DhtKey.node(network, agentKey));
  }

  /** Where the node lives. */
  public DhtKey id() {
    return id;
  }

  /**
   * The agent.
   *
   * @throws IllegalArgumentException if the bytes are no agent's id
   */
  public AgentId agent() {
    return AgentId.of(key);
  }

  /** A copy of the 32 bytes of the agent's key. */
  public byte[] toBytes() {
    return key.clone();
  }

  byte[] raw() {
    return key;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof NodeKey that && id.equals(that.id) && Arrays.equals(key, that.key));
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** The first eight bytes of the point, for logs. */
  @Override
  public String toString() {
    return id.toString();
  }
}
