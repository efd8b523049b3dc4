package dev.parley.dht.wire;

/** The type bytes of addresses. */
final class AddressType {
  static final int IP4 = 4;
  static final int IP6 = 6;
  static final int RELAY = 0x20;
  static final int HOST = 0x30;
  static final int WEB_SOCKET = 0x31;

  private AddressType() {}

  static IpEndpoint readIp(WireReader in) {
    int type = in.u8();
    if (type != IP4 && type != IP6) {
      throw new DhtFormatException("address type " + type + " is not one of a contact: 4 or 6");
    }
    return IpEndpoint.read(type, in);
  }

  static ListingAddress read(WireReader in) {
    int type = in.u8();
    return switch (type) {
      case IP4, IP6 -> IpEndpoint.read(type, in);
      case RELAY -> RelayEndpoint.read(in);
      case HOST -> HostEndpoint.read(in);
      case WEB_SOCKET -> WebSocketEndpoint.read(in);
      default -> throw new DhtFormatException("address type " + type + " is unknown");
    };
  }

  static void write(ListingAddress address, WireWriter out) {
    if (address instanceof IpEndpoint ip) {
      ip.write(out.u8(ip.isV6() ? IP6 : IP4));
    } else if (address instanceof RelayEndpoint relay) {
      relay.write(out.u8(RELAY));
    } else if (address instanceof HostEndpoint host) {
      host.write(out.u8(HOST));
    } else if (address instanceof WebSocketEndpoint socket) {
      socket.write(out.u8(WEB_SOCKET));
    }
  }
}
