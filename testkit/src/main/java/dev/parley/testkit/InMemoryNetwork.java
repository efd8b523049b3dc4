package dev.parley.testkit;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.Identity;
import dev.parley.carrier.InstanceId;
import dev.parley.messenger.Messenger;
import dev.parley.messenger.MessengerBuilder;
import dev.parley.spi.NodeListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * A switchboard that connects many agents in one JVM, without sockets and without encryption, and
 * that can lose what it connects.
 *
 * <pre>{@code
 * VirtualTime time = VirtualTime.create();
 * InMemoryNetwork network = InMemoryNetwork.create(time);
 * Agent bob = network.agent();
 * Agent alice = network.agent();
 * bob.receive(in -> Mono.just(Message.text("noted")));
 * Message answer = time.await(alice.send(bob.id(), Message.text("50")));
 * network.cut(alice.id(), bob.id());
 * }</pre>
 *
 * <p>Everything happens on the scheduler that it is given: on a {@link VirtualTime} nothing moves
 * until the test advances it, and every run is the same. Times count on the network's one clock, so
 * a deadline arrives as it was sent. Faults are between agents, hold for links that are open and
 * for dials to come, and last until they are healed.
 *
 * <p>Thread-safe.
 */
public final class InMemoryNetwork {
  /** The port of every transport's address; the hosts differ. */
  private static final int PORT = 7400;

  private final Settings settings;
  private final Map<Address, MemoryCarrier> listening = new HashMap<>();
  private final List<MemoryLink> links = new ArrayList<>();
  private final Set<Pair> cut = new HashSet<>();
  private final Set<Pair> swallowed = new HashSet<>();
  private final Set<AgentId> isolated = new HashSet<>();
  private int transports;
  private long established;

  private InMemoryNetwork(Settings settings) {
    this.settings = settings;
  }

  /** A network in virtual time, without latency, with the default limits. */
  public static InMemoryNetwork create(VirtualTime time) {
    return on(time.scheduler(), time).create();
  }

  /**
   * The settings of a network whose events happen on {@code scheduler}.
   *
   * @param nanoClock a monotonic clock in nanoseconds; its agents' deadlines count on it
   */
  public static Settings on(Scheduler scheduler, LongSupplier nanoClock) {
    return new Settings(
        Objects.requireNonNull(scheduler, "scheduler"),
        Objects.requireNonNull(nanoClock, "nanoClock"),
        (from, to) -> Duration.ZERO,
        Settings.DEFAULT_MAX_MESSAGE_BYTES,
        Settings.DEFAULT_MAX_INTERACTIONS,
        Settings.DEFAULT_DIAL_TIMEOUT);
  }

  /** {@link #agent(AgentId)} with an id of its own. */
  public InMemoryAgent agent() {
    return agent(Identity.generate().id());
  }

  /**
   * A new agent of this network, started, that finds all others of the network by their ids: what a
   * service under test takes for its {@link dev.parley.Agent}. Several may speak for one id.
   */
  public InMemoryAgent agent(AgentId id) {
    Messenger messenger = settled(configure(id)).build();
    messenger.start().subscribe(); // listens when it returns: nothing is bound
    return new MemoryAgent(messenger);
  }

  /** The settings of a new agent of this network: its protocols, its filters, who hears it. */
  public InMemoryAgent.Builder configure(AgentId id) {
    return new InMemoryAgent.Builder(id, this::settled);
  }

  private MessengerBuilder settled(InMemoryAgent.Builder of) {
    return Messenger.builder(of.id(), transport(of.id(), of.listener(), of.features()))
        .resolver((peer, trail) -> Flux.defer(() -> Flux.fromIterable(addressesOf(peer))))
        .listener(of.listener())
        .nanoClock(settings.nanoClock())
        .timer(settings.scheduler());
  }

  private synchronized List<Candidate> addressesOf(AgentId agent) {
    return listening.entrySet().stream()
        .filter(entry -> entry.getValue().self().equals(agent))
        .map(entry -> new Candidate(entry.getKey(), "memory"))
        .toList();
  }

  /** A new transport for an agent, at an address of its own; several may speak for one agent. */
  public InMemoryTransport transport(AgentId self) {
    return transport(self, NodeListener.none());
  }

  /** A new transport for an agent, at an address of its own, with somebody who hears it. */
  public InMemoryTransport transport(AgentId self, NodeListener listener) {
    return transport(self, listener, 0);
  }

  /**
   * The same with feature bits, of which a link has those that both its ends have.
   *
   * @param features of the protocols that the agent speaks; see {@link
   *     dev.parley.spi.Protocol#features()}
   */
  public InMemoryTransport transport(AgentId self, NodeListener listener, long features) {
    Objects.requireNonNull(self, "self");
    Objects.requireNonNull(listener, "listener");
    int number;
    synchronized (this) {
      number = ++transports;
    }
    Address address = Address.tcp("agent-" + number + ".memory", PORT);
    return new InMemoryTransport(
        this, self, address, new InstanceId(0, number), listener, features);
  }

  /**
   * Loses the links between two agents at once, at both ends, and has dials between them refused:
   * CONNECTION_LOST and AGENT_UNREACHABLE.
   */
  public void cut(AgentId one, AgentId other) {
    synchronized (this) {
      cut.add(Pair.of(one, other));
    }
    linksOf(one, other).forEach(MemoryLink::lose);
  }

  /** Cuts an agent off from all others. */
  public void isolate(AgentId agent) {
    synchronized (this) {
      isolated.add(agent);
    }
    linksOf(agent, null).forEach(MemoryLink::lose);
  }

  /**
   * Lets nothing through between two agents, and tells neither: links stay open, what is sent over
   * them stays under way and arrives when the network is healed, and dials wait for their timeout.
   */
  public synchronized void swallow(AgentId one, AgentId other) {
    swallowed.add(Pair.of(one, other));
  }

  /** Ends what was done between these two agents. */
  public void heal(AgentId one, AgentId other) {
    synchronized (this) {
      cut.remove(Pair.of(one, other));
      swallowed.remove(Pair.of(one, other));
    }
    linksOf(one, other).forEach(MemoryLink::resume);
  }

  /** Ends what was done to this agent, alone and with others. */
  public void heal(AgentId agent) {
    synchronized (this) {
      isolated.remove(agent);
      cut.removeIf(pair -> pair.has(agent));
      swallowed.removeIf(pair -> pair.has(agent));
    }
    linksOf(agent, null).forEach(MemoryLink::resume);
  }

  Settings settings() {
    return settings;
  }

  long nanos() {
    return settings.nanoClock().getAsLong();
  }

  Duration latency(AgentId from, AgentId to) {
    return settings.latency().apply(from, to);
  }

  synchronized boolean swallows(AgentId one, AgentId other) {
    return swallowed.contains(Pair.of(one, other));
  }

  synchronized void listen(MemoryCarrier carrier) {
    listening.put(carrier.address(), carrier);
  }

  synchronized void unlisten(MemoryCarrier carrier) {
    listening.remove(carrier.address(), carrier);
  }

  /** Who answers a dial of {@code from} to {@code address}, or null where it is refused. */
  synchronized @Nullable MemoryCarrier answering(AgentId from, Address address) {
    MemoryCarrier there = listening.get(address);
    if (there == null
        || isolated.contains(from)
        || isolated.contains(there.self())
        || cut.contains(Pair.of(from, there.self()))) {
      return null;
    }
    return there;
  }

  /** Who listens at an address, reachable or not. */
  synchronized @Nullable MemoryCarrier listeningAt(Address address) {
    return listening.get(address);
  }

  /** Opens a link, or gives null where it is refused by now. */
  synchronized @Nullable MemoryLink establish(MemoryCarrier from, MemoryCarrier to, boolean check) {
    if (answering(from.self(), to.address()) != to) {
      return null;
    }
    MemoryLink here = new MemoryLink(this, from, to, true, check, ++established);
    MemoryLink there = new MemoryLink(this, to, from, false, check, established);
    here.connect(there);
    there.connect(here);
    links.add(here);
    links.add(there);
    return here;
  }

  synchronized void forget(MemoryLink link) {
    links.remove(link);
  }

  private synchronized List<MemoryLink> linksOf(AgentId one, @Nullable AgentId other) {
    return links.stream()
        .filter(link -> link.isOf(one) && (other == null || link.isOf(other)))
        .toList();
  }

  /** Two agents in either order. */
  private record Pair(AgentId smaller, AgentId greater) {
    static Pair of(AgentId one, AgentId other) {
      return one.compareTo(other) <= 0 ? new Pair(one, other) : new Pair(other, one);
    }

    boolean has(AgentId agent) {
      return smaller.equals(agent) || greater.equals(agent);
    }
  }

  /**
   * The settings of a network; an immutable value.
   *
   * @param scheduler where everything happens
   * @param nanoClock a monotonic clock in nanoseconds
   * @param latency how long something takes from one agent to another; order is kept per direction
   * @param maxMessageBytes the most bytes of data in a message; a larger one is MESSAGE_TOO_LARGE
   * @param maxInteractions the most interactions that one side runs on a link; one more is
   *     OVERLOADED
   * @param dialTimeout how long a dial may take that is never answered
   */
  public record Settings(
      Scheduler scheduler,
      LongSupplier nanoClock,
      BiFunction<AgentId, AgentId, Duration> latency,
      int maxMessageBytes,
      int maxInteractions,
      Duration dialTimeout) {
    /** What a transport over sockets takes by default too. */
    public static final int DEFAULT_MAX_MESSAGE_BYTES = 4 << 20;

    /** How many interactions one side runs on a link by default. */
    public static final int DEFAULT_MAX_INTERACTIONS = 1024;

    /** How long an unanswered dial takes by default. */
    public static final Duration DEFAULT_DIAL_TIMEOUT = Duration.ofSeconds(5);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming every setting that is out of its range
     */
    public Settings {
      List<String> problems = new ArrayList<>();
      if (maxMessageBytes < 0) {
        problems.add("maxMessageBytes is " + maxMessageBytes + ", must be 0 or more");
      }
      if (maxInteractions < 1) {
        problems.add("maxInteractions is " + maxInteractions + ", must be 1 or more");
      }
      if (dialTimeout.isNegative() || dialTimeout.isZero()) {
        problems.add("dialTimeout is " + dialTimeout + ", must be above 0");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
    }

    /** A copy in which everything takes {@code value} each way. Default: no time. */
    public Settings latency(Duration value) {
      return latency((from, to) -> value);
    }

    /** A copy with this latency from one agent to another. */
    public Settings latency(BiFunction<AgentId, AgentId, Duration> value) {
      return new Settings(
          scheduler, nanoClock, value, maxMessageBytes, maxInteractions, dialTimeout);
    }

    /** A copy with this limit: 0 or more, default 4 MiB. */
    public Settings maxMessageBytes(int value) {
      return new Settings(scheduler, nanoClock, latency, value, maxInteractions, dialTimeout);
    }

    /** A copy with this limit: 1 or more, default 1024. */
    public Settings maxInteractions(int value) {
      return new Settings(scheduler, nanoClock, latency, maxMessageBytes, value, dialTimeout);
    }

    /** A copy with this timeout: above 0, default 5 s. */
    public Settings dialTimeout(Duration value) {
      return new Settings(scheduler, nanoClock, latency, maxMessageBytes, maxInteractions, value);
    }

    /** A network with these settings. */
    public InMemoryNetwork create() {
      return new InMemoryNetwork(this);
    }
  }
}
