package dev.parley.simulator;

import dev.parley.NetworkId;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.DhtRpc;
import dev.parley.dht.port.LinkState;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * The network between the nodes. A request over an open link takes one round trip, one that has to
 * dial first takes three (TCP, handshake, request); a crashed node is silent, so its callers wait
 * for their timeouts, and its links look open until keepalives would notice. Messages travel as
 * objects, their sizes are counted as if they were encoded; one in fifty is, to see that it arrives
 * as it was.
 */
final class SimNet {
  private static final long IDLE_SECONDS = 300;

  final CodecCheck codec;
  final SimScheduler scheduler;
  final Trace trace;
  private final LinkTable links = new LinkTable();
  private final NodeIndex hosts = new NodeIndex();
  private final Map<Integer, Integer> dialsAtWatched = new HashMap<>();
  private @Nullable IpEndpoint watched;
  private Cut cut = Cut.NONE;
  private long cutAtNanos;
  private int misserved;
  private int relayedAway;
  private long calls;
  private long lostBytes;

  SimNet(NetworkId network, SimScheduler scheduler, Trace trace) {
    this.codec = new CodecCheck(network);
    this.scheduler = scheduler;
    this.trace = trace;
  }

  void add(SimNode node) {
    hosts.add(node);
  }

  List<SimNode> nodes() {
    return hosts.nodes();
  }

  @Nullable SimNode get(NodeKey key) {
    return hosts.get(key);
  }

  long calls() {
    return calls;
  }

  long lostBytes() {
    return lostBytes;
  }

  int links() {
    return links.size();
  }

  /** Counts who dials an address from now on. */
  void watch(IpEndpoint address) {
    watched = address;
  }

  /** The most dials that one node has made at the watched address. */
  int mostDialsAtWatched() {
    return dialsAtWatched.values().stream().mapToInt(n -> n).max().orElse(0);
  }

  /** Answers of honest nodes with a listing that was not asked for, or with an inner address. */
  int misserved() {
    return misserved;
  }

  /** GETs that were passed on to a node that is not nearer. */
  int relayedAway() {
    return relayedAway;
  }

  /** What keeps the two sides of the network apart. */
  enum Cut {
    /** Nothing. */
    NONE,
    /** Neither side reaches the other. */
    BOTH_WAYS,
    /** One side cannot dial the other, which can; open links carry requests both ways. */
    ONE_WAY
  }

  /** Cuts the network into the two sides of its nodes, or joins them again. */
  void cut(Cut how) {
    cut = how;
    cutAtNanos = scheduler.nanos();
  }

  /** When the sides were cut or joined last; 0 if never. */
  long cutAtNanos() {
    return cutAtNanos;
  }

  boolean isCut() {
    return cut != Cut.NONE;
  }

  boolean isCut(SimNode a, SimNode b) {
    return cut == Cut.BOTH_WAYS && a.isOnOtherSide() != b.isOnOtherSide();
  }

  boolean isDialCut(SimNode from, SimNode to) {
    return cut == Cut.ONE_WAY && from.isOnOtherSide() && !to.isOnOtherSide();
  }

  private long seconds() {
    return scheduler.nanos() / 1_000_000_000L;
  }

  boolean isWarm(SimNode from, SimNode to) {
    return links.isOpen(from.index, from.session(), to.index, to.session());
  }

  /** Closes links that are idle or whose keepalives have stayed without an answer. */
  void sweepLinks() {
    long now = scheduler.nanos();
    List<SimNode> nodes = hosts.nodes();
    List<SimNode> ends = new ArrayList<>();
    links.retain(
        (low, lowSession, high, highSession, kept, used) -> {
          SimNode a = nodes.get(low);
          SimNode b = nodes.get(high);
          boolean open =
              LinkTable.isSession(a.session(), lowSession)
                  && LinkTable.isSession(b.session(), highSession)
                  && a.seemsUp(a.session(), now)
                  && b.seemsUp(b.session(), now)
                  && !(isCut(a, b) && now - cutAtNanos >= SimNode.KEEPALIVE_NANOS)
                  && (kept || seconds() - used < IDLE_SECONDS);
          if (!open) {
            ends.add(a);
            ends.add(b);
          }
          return open;
        });
    for (int i = 0; i < ends.size(); i += 2) {
      changed(ends.get(i), ends.get(i + 1));
    }
  }

  /** Opens links as they would be in a network that has run for a while; before any node is up. */
  void openAtStart(SimNode a, SimNode b) {
    links.use(a.index, 1, b.index, 1, 0);
  }

  private static void changed(SimNode a, SimNode b) {
    a.linkChanged(b);
    b.linkChanged(a);
  }

  static boolean isPublic(Contact contact) {
    return contact.addresses().stream().allMatch(AddressRules.publicInternet()::allows);
  }

  /** Counts a request, and gives how many there were. */
  long countCall() {
    return ++calls;
  }

  void lost(int bytes) {
    lostBytes += bytes;
  }

  void noteRelayedAway() {
    relayedAway++;
  }

  void noteMisserved() {
    misserved++;
  }

  void noteDial(SimNode from, Contact to) {
    IpEndpoint at = watched;
    if (at != null && from.isHonest() && to.addresses().contains(at)) {
      dialsAtWatched.merge(from.index, 1, Integer::sum);
    }
  }

  /** A message went from one node to another, over a link that may be new. */
  void used(SimNode from, int fromSession, SimNode to) {
    if (links.use(from.index, fromSession, to.index, to.session(), seconds())) {
      changed(from, to);
    }
  }

  /** The way out of one node. */
  DhtRpc rpcOf(SimNode from) {
    return new Rpc(from);
  }

  private final class Rpc implements DhtRpc {
    private final SimNode from;

    Rpc(SimNode from) {
      this.from = from;
    }

    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      return new Mono<>() {
        @Override
        public void subscribe(CoreSubscriber<? super DhtAnswer> actual) {
          actual.onSubscribe(new SimCall(SimNet.this, from, to, request, options, actual));
        }
      };
    }

    @Override
    public LinkState link(NodeKey key) {
      SimNode to = hosts.get(key);
      return to != null && isWarm(from, to) ? LinkState.WARM : LinkState.NONE;
    }

    @Override
    public int process(NodeKey key) {
      SimNode to = hosts.get(key);
      return to != null && isWarm(from, to) ? to.session() : 0;
    }

    @Override
    public void onLinkChange(Consumer<NodeKey> listener) {
      from.onLinkChange(listener);
    }

    @Override
    public void keepOpen(NodeKey key, boolean keep) {
      SimNode to = hosts.get(key);
      if (to != null) {
        links.keep(from.index, to.index, keep);
      }
    }

    @Override
    public List<Contact> links() {
      return List.of(); // links of the DHT alone: there are no sessions to push news over
    }

    @Override
    public List<Contact> dialled() {
      return List.of();
    }
  }
}
