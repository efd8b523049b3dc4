package dev.parley.dht.port;

import dev.parley.dht.wire.IpEndpoint;

/** The special-purpose address blocks. */
final class PublicAddresses {
  static final AddressRules ONLY =
      new AddressRules() {
        @Override
        public boolean allows(IpEndpoint address) {
          return (address.port() >= 1024 || address.port() == 443)
              && (address.isV6()
                  ? isPublicV6(address.high(), address.low())
                  : isPublicV4((int) address.low()));
        }

        @Override
        public boolean countsNetworks() {
          return true;
        }
      };

  /** Address and prefix length of each block that is not globally reachable. */
  private static final int[][] V4_BLOCKS = {
    {0, 8}, // this network
    {0x0a000000, 8}, // private
    {0x64400000, 10}, // shared, carrier NAT
    {0x7f000000, 8}, // loopback
    {0xa9fe0000, 16}, // link local
    {0xac100000, 12}, // private
    {0xc0000000, 24}, // protocol assignments
    {0xc0000200, 24}, // documentation
    {0xc0586300, 24}, // 6to4 relay
    {0xc0a80000, 16}, // private
    {0xc6120000, 15}, // benchmarks
    {0xc6336400, 24}, // documentation
    {0xcb007100, 24}, // documentation
    {0xe0000000, 3}, // multicast, reserved, broadcast
  };

  private PublicAddresses() {}

  static boolean isPublicV4(int address) {
    for (int[] block : V4_BLOCKS) {
      if ((address ^ block[0]) >>> (32 - block[1]) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Global unicast is 2000::/3; what is carved out of it follows. */
  static boolean isPublicV6(long high, long low) {
    if (high == 0x0064_ff9b_0000_0000L && low >>> 32 == 0) {
      return isPublicV4((int) low); // NAT64
    }
    if (high >>> 61 != 1) {
      return false;
    }
    int first = (int) (high >>> 48);
    int second = (int) (high >>> 32) & 0xffff;
    if (first == 0x2002) {
      return isPublicV4((int) (high >>> 16)); // 6to4
    }
    if (first == 0x2001 && second == 0) {
      return isPublicV4((int) (high & 0xffffffffL)) && isPublicV4(~(int) low); // Teredo
    }
    boolean protocolAssignments = first == 0x2001 && second < 0x200;
    boolean documentation = (first == 0x2001 && second == 0xdb8) || high >>> 44 == 0x3fff0;
    return !protocolAssignments && !documentation;
  }
}
