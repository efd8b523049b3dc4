package dev.parley.dht.port;

import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.util.Objects;

/**
 * Who asks this node.
 *
 * @param key what the handshake proved
 * @param observed the address at the other end of the link, as this node sees it
 */
public record Caller(NodeKey key, IpEndpoint observed) {
  /** Refuses nulls. */
  public Caller {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(observed, "observed");
  }
}
