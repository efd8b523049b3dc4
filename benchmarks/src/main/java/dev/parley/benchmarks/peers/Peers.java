package dev.parley.benchmarks.peers;

import dev.parley.transport.crypto.AeadProviders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All peers by name, ours first. */
public final class Peers {
  /** Parley with the JDK's AES-GCM. */
  private static final String WITH_JCA = "parley-jca";

  private static final Map<String, Peer> ALL = new LinkedHashMap<>();

  static {
    ALL.put("parley", new ParleyPeer(Meters.COARSE));
    ALL.put(WITH_JCA, new ParleyPeer(Meters.COARSE));
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

  /** Options of the Java that runs a peer. */
  public static List<String> javaOptions(String name) {
    return name.equals(WITH_JCA) ? List.of("-D" + AeadProviders.PROPERTY + "=jca") : List.of();
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
