package dev.parley.benchmarks.peers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** All peers by name, ours first. */
public final class Peers {
  private static final Map<String, Peer> ALL = new LinkedHashMap<>();

  static {
    ALL.put("parley", new ParleyPeer(Meters.COARSE));
    ALL.put("parley-exact-clock", new ParleyPeer(Meters.EXACT));
    ALL.put("parley-without-metrics", new ParleyPeer(Meters.NONE));
    ALL.put("rsocket", new RSocketPeer(Tls.NONE, true));
    ALL.put("rsocket-defaults", new RSocketPeer(Tls.NONE, false));
    ALL.put("rsocket-tls-jdk", new RSocketPeer(Tls.JDK, true));
    ALL.put("rsocket-tls-tcnative", new RSocketPeer(Tls.TCNATIVE, true));
    ALL.put("grpc-tls", new GrpcPeer());
    ALL.put("netty", new NettyPeer(false));
    ALL.put("netty-coalesced", new NettyPeer(true));
    ALL.put("nats-tls", new NatsPeer());
    ALL.put("vertx-tls", new VertxPeer());
  }

  private Peers() {}

  /** Their names. */
  public static Set<String> names() {
    return ALL.keySet();
  }

  /** The peer of a name. */
  public static Peer named(String name) {
    Peer peer = ALL.get(name);
    if (peer == null) {
      throw new IllegalArgumentException("no peer " + name + "; there are " + names());
    }
    return peer;
  }
}
