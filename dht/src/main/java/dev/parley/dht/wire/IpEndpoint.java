package dev.parley.dht.wire;

import dev.parley.Address;
import dev.parley.shares.Origin;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An IP address and a TCP port. IPv4 has one form here: IPv4-mapped IPv6 addresses are refused. */
public final class IpEndpoint implements ListingAddress {
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final long V6_TAG = 1L << 62;

  private final long high;
  private final long low;
  private final boolean v6;
  private final int port;

  private IpEndpoint(long high, long low, boolean v6, int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port is " + port + ", must be 1..65535");
    }
    if (v6 && high == 0 && low >>> 32 == 0xffff) {
      throw new IllegalArgumentException("an IPv4-mapped address must be written as IPv4");
    }
    this.high = high;
    this.low = low;
    this.v6 = v6;
    this.port = port;
  }

  /** An IPv4 address, given as 32 bits. */
  public static IpEndpoint v4(int address, int port) {
    return new IpEndpoint(0, address & 0xffffffffL, false, port);
  }

  /** An IPv6 address, given as two halves. */
  public static IpEndpoint v6(long high, long low, int port) {
    return new IpEndpoint(high, low, true, port);
  }

  /** The endpoint of an address that is an IP address with a plain TCP port; otherwise null. */
  public static @Nullable IpEndpoint from(Address address) {
    if (!address.scheme().equals(Address.Scheme.TCP)
        || !address.isDialable()
        || !isLiteral(address.host())) {
      return null;
    }
    try {
      // a literal is parsed, never looked up
      byte[] ip = InetAddress.getByName(address.host()).getAddress();
      return ip.length == 4
          ? v4(Bytes.getInt(ip, 0), address.port())
          : v6(Bytes.getLong(ip, 0), Bytes.getLong(ip, 8), address.port());
    } catch (UnknownHostException e) {
      return null;
    }
  }

  static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
  }

  /** This endpoint as an address to dial. */
  @Override
  public Address toAddress() {
    try {
      byte[] ip = new byte[v6 ? 16 : 4];
      if (v6) {
        Bytes.putLong(ip, 0, high);
        Bytes.putLong(ip, 8, low);
        return Address.tcp(Inet6Address.getByAddress(null, ip, -1).getHostAddress(), port);
      }
      Bytes.putInt(ip, 0, (int) low);
      return Address.tcp(InetAddress.getByAddress(ip).getHostAddress(), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }

  /** The same IP address with another port. */
  public IpEndpoint withPort(int newPort) {
    return new IpEndpoint(high, low, v6, newPort);
  }

  /** Whether it is IPv6. */
  public boolean isV6() {
    return v6;
  }

  /** The port. */
  public int port() {
    return port;
  }

  /** The upper half of an IPv6 address; 0 for IPv4. */
  public long high() {
    return high;
  }

  /** The lower half of an IPv6 address, or the 32 bits of an IPv4 one. */
  public long low() {
    return low;
  }

  /** Whether both are the same IP address, whatever the ports. */
  public boolean sameIp(IpEndpoint other) {
    return v6 == other.v6 && high == other.high && low == other.low;
  }

  /** The /24 (IPv4) or /48 (IPv6) that it lies in: who owns one address there may own all. */
  public long group() {
    return v6 ? high >>> 16 | V6_TAG : low >>> 8;
  }

  /** The /32 (IPv4) or /64 (IPv6) of it, as a number: no IPv6 one is below 2^32. */
  public long host() {
    return v6 ? high : low;
  }

  /** Whose it is where places are shared, whatever the port. */
  public Origin origin() {
    return v6 ? Origin.v6(high, low, null) : Origin.v4((int) low, null);
  }

  /** The /16 (IPv4) or /32 (IPv6) that it lies in. */
  public long wideGroup() {
    return wideGroup(group());
  }

  /** The {@link #wideGroup()} of every address of a {@link #group()}. */
  public static long wideGroup(long group) {
    return (group & V6_TAG) != 0 ? (group & ~V6_TAG) >>> 16 | V6_TAG : group >>> 8;
  }

  static IpEndpoint read(int type, WireReader in) {
    try {
      return type == AddressType.IP4 ? v4(in.i32(), in.u16()) : v6(in.i64(), in.i64(), in.u16());
    } catch (IllegalArgumentException e) {
      throw new DhtFormatException("an IP address is not in its one form, or has port 0");
    }
  }

  void write(WireWriter out) {
    if (v6) {
      out.i64(high).i64(low);
    } else {
      out.i32((int) low);
    }
    out.u16(port);
  }

  @Override
  public int encodedLength() {
    return v6 ? 19 : 7;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IpEndpoint that && sameIp(that) && port == that.port;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(31 * (31 * high + low) + port);
  }

  @Override
  public String toString() {
    return toAddress().toString();
  }
}
