package dev.parley.dht.serve;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.DhtClock;
import dev.parley.dht.port.DhtEnv;
import dev.parley.dht.port.DhtListener;
import dev.parley.dht.port.DhtRpc;
import dev.parley.dht.port.LinkState;
import dev.parley.dht.port.TableStore;
import dev.parley.dht.store.ListingCache;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingSigner;
import dev.parley.dht.wire.ListingVerifier;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Finding the contacts nearest to a point, as each request of another node makes us do: alone, and
 * from the request's bytes to those of the answer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class RoutingTableBenchmark {
  private static final NetworkId NETWORK = Network.open("benchmark").id();
  private static final int N = DhtRequest.MAX_CONTACTS;
  private static final int ASKERS = 1024;
  private static final double MILLIS = 50;
  private static final int NEAR_BITS = 16;
  private static final int DEADLINE_MILLIS = 1000;

  /** Askers take turns; then each keeps to the 20 a second that it has. */
  private static final long NANOS_A_REQUEST = 1_000_000_000L / 20 / ASKERS + 1;

  /** Where the points are that are asked for. */
  public enum Targets {
    /** Random: mostly one full bucket is looked at. */
    ANYWHERE,
    /** Next to the node, where buckets are not full: several are looked at. */
    NEAR
  }

  /** Nodes that the table has met; it keeps those that fit. */
  @Param({"10000", "100000"})
  public int met;

  /** Which points are asked for. */
  @Param public Targets targets = Targets.ANYWHERE;

  private final SplittableRandom random = new SplittableRandom(1);
  private final DhtCodec codec = DhtCodec.of(NETWORK);
  private final DhtKey[] points = new DhtKey[ASKERS];
  private final byte[][] requests = new byte[ASKERS][];
  private final Caller[] askers = new Caller[ASKERS];
  private final Consumer<DhtAnswer> done = a -> answer = a;

  @SuppressWarnings("NullAway.Init")
  private NodeCore core;

  @SuppressWarnings("NullAway.Init")
  private RequestHandler handler;

  @SuppressWarnings("NullAway.Init")
  private DhtAnswer answer;

  private int at;
  private long now;

  /** Fills a table and checks the answers to all requests. */
  @Setup(Level.Trial)
  public void start() {
    DhtOptions options = DhtOptions.builder().mode(DhtOptions.Mode.SERVER).build();
    core = new NodeCore(key(), options, environment());
    Calls calls = new Calls(core);
    handler =
        new RequestHandler(core, calls, new ListingCache(options), new Verification(core, calls));
    for (int i = 0; i < met; i++) {
      core.table.verified(new Contact(key(), List.of(address())), MILLIS, true, now);
    }
    for (int i = 0; i < ASKERS; i++) {
      points[i] =
          targets == Targets.NEAR
              ? core.self.id().randomAt(NEAR_BITS, random)
              : DhtKey.random(random);
      requests[i] = codec.encode(new DhtRequest.Find(points[i], N), DEADLINE_MILLIS);
      askers[i] = new Caller(key(), address());
    }
    for (int i = 0; i < ASKERS; i++) {
      check();
    }
  }

  private void check() {
    List<Contact> told = codec.decodeAnswer(DhtRequest.Op.FIND, find()).contacts();
    List<Contact> nearest = new ArrayList<>(told);
    nearest.sort((x, y) -> points[at].compareDistance(x.id(), y.id()));
    if (told.size() != N
        || !told.equals(core.table.closest(points[at], N, now))
        || !told.equals(nearest)) {
      throw new IllegalStateException("the answer is not the twenty nearest");
    }
  }

  /** The contacts show that they are there, as time passes for them too. */
  @Setup(Level.Iteration)
  public void refresh() {
    core.table.entries().forEach(entry -> entry.alive(now));
  }

  private NodeKey key() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return NodeKey.of(NETWORK, key);
  }

  private IpEndpoint address() {
    return IpEndpoint.v4(random.nextInt(0x0b000000, 0x60000000), 7400);
  }

  /** The twenty nearest. */
  @Benchmark
  public List<Contact> closest() {
    at = (at + 1) % ASKERS;
    return core.table.closest(points[at], N, now);
  }

  /** The bytes of a FIND's answer. */
  @Benchmark
  public byte[] find() {
    at = (at + 1) % ASKERS;
    now += NANOS_A_REQUEST;
    DhtCodec.Received received = codec.decodeRequest(requests[at]);
    handler.answer(askers[at], received.request(), received.deadlineMillis(), done);
    if (answer.contacts().size() != N) {
      throw new IllegalStateException("the request was refused");
    }
    return codec.encode(answer);
  }

  private DhtEnv environment() {
    return new DhtEnv(
        NETWORK,
        Schedulers.immediate(),
        new Clock(),
        random,
        new NoLinks(),
        ListingSigner.of(Identity.generate()),
        ListingVerifier.ed25519(),
        TableStore.none(),
        AddressRules.publicInternet(),
        DhtListener.none());
  }

  private final class Clock implements DhtClock {
    @Override
    public long nanos() {
      return now;
    }

    @Override
    public long wallMillis() {
      return TimeUnit.NANOSECONDS.toMillis(now);
    }
  }

  private static final class NoLinks implements DhtRpc {
    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      return Mono.never();
    }

    @Override
    public LinkState link(NodeKey key) {
      return LinkState.NONE;
    }

    @Override
    public void onLinkChange(Consumer<NodeKey> listener) {}

    @Override
    public void keepOpen(NodeKey key, boolean keep) {}

    @Override
    public List<Contact> links() {
      return List.of();
    }

    @Override
    public List<Contact> dialled() {
      return List.of();
    }
  }
}
