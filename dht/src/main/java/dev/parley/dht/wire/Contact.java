package dev.parley.dht.wire;

import dev.parley.NetworkId;
import dev.parley.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server node and where to dial it. Unsigned: only the handshake proves it, and a lie costs the
 * liar its reputation and us one dial.
 */
public final class Contact {
  /** How many addresses a contact has at most. */
  public static final int MAX_ADDRESSES = 3;

  private final NodeKey key;
  private final List<IpEndpoint> addresses;
  private final int encodedLength;
  private final long group; // here as well: answers are checked by it, a dozen times a contact

  /**
   * Makes a contact.
   *
   * @param addresses 1..3, all different, the best first
   * @throws IllegalArgumentException if there are none, too many, or two are equal
   */
  public Contact(NodeKey key, List<IpEndpoint> addresses) {
    this.key = key;
    this.addresses = List.copyOf(addresses);
    int n = this.addresses.size();
    if (n < 1 || n > MAX_ADDRESSES || this.addresses.stream().distinct().count() != n) {
      throw new IllegalArgumentException(
          "a contact has 1.." + MAX_ADDRESSES + " different addresses, these are " + n);
    }
    int length = DhtKey.LENGTH + 1;
    for (IpEndpoint address : this.addresses) {
      length += address.encodedLength();
    }
    this.encodedLength = length;
    this.group = address().group();
  }

  /** Who it is. */
  public NodeKey key() {
    return key;
  }

  /** Where it lives in the id space. */
  public DhtKey id() {
    return key.id();
  }

  /** Where to dial it, the best first. */
  public List<IpEndpoint> addresses() {
    return addresses;
  }

  /** The first address, which stands for all where nodes are counted by network. */
  public IpEndpoint address() {
    return addresses.get(0);
  }

  /** The agent at the first address; null if the key is no agent's, as only a liar says. */
  public @Nullable PeerAddress peer() {
    try {
      return new PeerAddress(key.agent(), address().toAddress());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The /24 or /48 of the first address. */
  public long group() {
    return group;
  }

  /** The /16 or /32 of the first address. */
  public long wideGroup() {
    return IpEndpoint.wideGroup(group);
  }

  static Contact read(NetworkId network, WireReader in) {
    byte[] key = in.bytes(DhtKey.LENGTH);
    int n = in.u8("addresses of a contact", 1, MAX_ADDRESSES);
    List<IpEndpoint> addresses = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      IpEndpoint address = AddressType.readIp(in);
      if (addresses.contains(address)) {
        throw new DhtFormatException("a contact names an address twice");
      }
      addresses.add(address);
    }
    return new Contact(NodeKey.own(network, key), addresses);
  }

  void write(WireWriter out) {
    out.bytes(key.raw()).u8(addresses.size());
    addresses.forEach(address -> AddressType.write(address, out));
  }

  int encodedLength() {
    return encodedLength;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Contact that
            && key.equals(that.key)
            && addresses.equals(that.addresses));
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  @Override
  public String toString() {
    return "Contact[" + key + "]";
  }
}
