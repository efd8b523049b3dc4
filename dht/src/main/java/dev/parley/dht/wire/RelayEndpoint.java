package dev.parley.dht.wire;

import dev.parley.Address;
import dev.parley.AgentId;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A node that passes links on to the listing's agent. Reserved: listings may carry it, nothing
 * dials it yet.
 *
 * @param key the relay's 32-byte agent key in hexadecimal
 */
public record RelayEndpoint(String key) implements ListingAddress {
  /**
   * Checks the key.
   *
   * @throws IllegalArgumentException if it is not 64 lower-case hexadecimal digits
   */
  public RelayEndpoint {
    if (key.length() != 2 * AgentId.LENGTH || !key.matches("[0-9a-f]*")) {
      throw new IllegalArgumentException("a relay is named by 64 lower-case hexadecimal digits");
    }
  }

  /** None: nothing dials it yet. */
  @Override
  public @Nullable Address toAddress() {
    return null;
  }

  static RelayEndpoint read(WireReader in) {
    return new RelayEndpoint(HexFormat.of().formatHex(in.bytes(AgentId.LENGTH)));
  }

  void write(WireWriter out) {
    out.bytes(HexFormat.of().parseHex(key));
  }

  @Override
  public int encodedLength() {
    return 1 + AgentId.LENGTH;
  }
}
