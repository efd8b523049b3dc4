package dev.parley.dht.port;

import dev.parley.dht.wire.IpEndpoint;
import java.util.Arrays;
import java.util.Set;

/**
 * The rules of networks of one's own. What only this machine can reach is not a stranger's to name:
 * its loopback addresses, those of one link, and those at which clouds hand out a machine's
 * credentials. A WebSocket address is an HTTP request to whoever listens there.
 *
 * @param others whether addresses of other machines are allowed
 * @param loopback whether those of this machine are
 * @param linkLocal whether those of one link are
 * @param named endpoints of the operator's own, which are allowed whatever they are
 */
record PrivateAddresses(boolean others, boolean loopback, boolean linkLocal, Set<IpEndpoint> named)
    implements AddressRules {
  /** The addresses of metadata services that clouds have. */
  private static final int[] METADATA_V4 = {
    0xa9fea9fe, 0x646464c8, 0xc00000c0
  }; // most, Alibaba, Oracle

  private static final long METADATA_V6_HIGH = 0xfd00_0ec2_0000_0000L; // Amazon, with low 0x254
  private static final long METADATA_V6_LOW = 0x254L;

  @Override
  public boolean allows(IpEndpoint address) {
    if (isLoopback(address)) {
      return loopback || named.contains(address);
    }
    return (others && isUnicast(address) && !isLocal(address)) || named.contains(address);
  }

  @Override
  public boolean countsNetworks() {
    return false;
  }

  @Override
  public boolean isOfThisMachine(IpEndpoint address) {
    return isLoopback(address);
  }

  static boolean isLoopback(IpEndpoint address) {
    return address.isV6() ? address.high() == 0 && address.low() == 1 : address.low() >>> 24 == 127;
  }

  private static boolean isUnicast(IpEndpoint address) {
    return address.isV6()
        ? address.high() >>> 56 != 0xff && (address.high() | address.low()) != 0
        : isUnicastV4((int) address.low());
  }

  private static boolean isUnicastV4(int address) {
    return address >>> 28 < 0xe && address >>> 24 != 0;
  }

  static boolean isLinkLocal(IpEndpoint address) {
    return address.isV6() ? address.high() >>> 54 == 0xfe80 >>> 6 : address.low() >>> 16 == 0xa9fe;
  }

  /** Whether what is there is of one link or machine only, also where IPv6 wraps IPv4. */
  private boolean isLocal(IpEndpoint address) {
    if (isLinkLocal(address) && !linkLocal) {
      return true;
    }
    if (!address.isV6()) {
      return isMetadataV4((int) address.low());
    }
    long high = address.high();
    long low = address.low();
    return (high == METADATA_V6_HIGH && low == METADATA_V6_LOW) || wrapsLocal(high, low);
  }

  private static boolean wrapsLocal(long high, long low) {
    if (high >>> 48 == 0x2002) {
      return isLocalV4((int) (high >>> 16)); // 6to4
    }
    if (high >>> 32 == 0x2001_0000L) {
      return isLocalV4(~(int) low); // Teredo
    }
    boolean isNat64 = high == 0x0064_ff9b_0000_0000L && low >>> 32 == 0;
    boolean isCompatible = high == 0 && low >>> 32 == 0;
    boolean isTranslated = high == 0 && low >>> 32 == 0xffff_0000L;
    return (isNat64 || isCompatible || isTranslated) && isLocalV4((int) low);
  }

  private static boolean isLocalV4(int address) {
    return !isUnicastV4(address)
        || address >>> 24 == 127
        || address >>> 16 == 0xa9fe
        || isMetadataV4(address);
  }

  private static boolean isMetadataV4(int address) {
    return Arrays.stream(METADATA_V4).anyMatch(each -> each == address);
  }
}
