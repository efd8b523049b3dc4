package dev.parley.simulator;

import dev.parley.dht.port.CallOptions;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Attackers that do not wait to be asked. */
final class Floods {
  private static final int STREAM = 51;
  private static final long TIMEOUT_NANOS = 5_000_000_000L;
  private static final long AWAY_NANOS = 60_000_000_000L;
  private static final int CHOICE = 32;
  private static final int HOLDERS = 16;
  private static final int SEEDS = 8;

  private final World world;
  private final List<SimNode> honest;
  private final List<SimNode> members;
  private final long endNanos;
  private final SimRandom random;

  /**
   * @param endNanos when they stop
   */
  Floods(World world, List<SimNode> hosts, List<SimNode> members, long endNanos) {
    this.world = world;
    this.honest = new ArrayList<>(hosts);
    this.honest.removeAll(members);
    this.members = members;
    this.endNanos = endNanos;
    this.random = SimRandom.stream(world.seed, STREAM, 0);
  }

  /** Each of them every {@code nanos}, from a random moment on. */
  private void each(long nanos, Consumer<SimNode> action) {
    for (SimNode member : members) {
      again(member, (long) (random.nextDouble() * nanos), nanos, action);
    }
  }

  private void again(SimNode member, long in, long nanos, Consumer<SimNode> action) {
    if (world.scheduler.nanos() + in < endNanos) {
      world.scheduler.schedule(
          () -> {
            if (member.isUp()) {
              action.accept(member);
            }
            again(member, nanos, nanos, action);
          },
          Math.max(1, in),
          TimeUnit.NANOSECONDS);
    }
  }

  private void send(SimNode from, SimNode to, DhtRequest request) {
    world
        .net
        .rpcOf(from)
        .call(to.contact(), request, new CallOptions(TIMEOUT_NANOS, CallOptions.Route.ANY))
        .subscribe(answer -> {}, error -> {});
  }

  private SimNode anyone() {
    return honest.get(random.nextInt(honest.size()));
  }

  /**
   * Listings that are validly signed, of agents that nobody needs, each to a node near its place.
   */
  void publishInventedAgents() {
    each(
        1_000_000_000L,
        member -> {
          AgentListing listing = listing(inventedKey(), world.clock.wallMillis() * 1000, 1);
          send(member, nearest(listing.place(0)), new DhtRequest.Put(0, listing));
        });
  }

  private NodeKey inventedKey() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return NodeKey.of(world.network, key);
  }

  private AgentListing listing(NodeKey owner, long sequence, int move) {
    IpEndpoint address = world.randomAddress(random.nextInt(), move);
    return AgentListing.sign(
        world.network,
        owner,
        sequence,
        Duration.ofHours(1),
        List.of(address),
        false,
        World.signer());
  }

  private SimNode nearest(DhtKey place) {
    SimNode nearest = anyone();
    for (int i = 1; i < CHOICE; i++) {
      SimNode other = anyone();
      if (place.compareDistance(other.key.id(), nearest.key.id()) < 0) {
        nearest = other;
      }
    }
    return nearest;
  }

  /** Each tells a random node of itself every five seconds. */
  void introduceThemselves() {
    each(5_000_000_000L, member -> introduce(member, anyone()));
  }

  private void introduce(SimNode member, SimNode to) {
    send(
        member,
        to,
        new DhtRequest.Hello(
            DhtCodec.networkTag(world.network), true, 0, List.of(member.address()), 0));
  }

  /** A node restarts in the middle of the warm-up, and all that it is told of are attackers. */
  void restart(SimNode victim, Duration warmup) {
    world.scheduler.schedule(
        () -> {
          world.crash(victim);
          List<Contact> seeds =
              members.subList(0, Math.min(SEEDS, members.size())).stream()
                  .map(SimNode::contact)
                  .toList();
          world.scheduler.schedule(
              () -> world.join(victim, seeds), AWAY_NANOS, TimeUnit.NANOSECONDS);
        },
        warmup.toNanos() / 2,
        TimeUnit.NANOSECONDS);
    each(5_000_000_000L, member -> introduce(member, victim));
  }

  /** Each signs two listings with one sequence number, and gives them to different holders. */
  void equivocate() {
    each(
        60_000_000_000L,
        member -> {
          long sequence = world.clock.wallMillis() * 1000;
          AgentListing one = listing(member.key, sequence, 1);
          AgentListing other = listing(member.key, sequence, 2);
          for (int i = 0; i < HOLDERS; i++) {
            AgentListing listing = i % 2 == 0 ? one : other;
            send(member, nearest(listing.place(0)), new DhtRequest.Put(0, listing));
          }
        });
  }
}
