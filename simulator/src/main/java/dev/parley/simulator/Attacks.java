package dev.parley.simulator;

import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import dev.parley.simulator.SimulationOptions.Attack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Turns some nodes hostile. */
final class Attacks {
  private static final int ATTACK_STREAM = 50;
  private static final int SYBIL_NETWORKS = 4;
  private static final int CROWDED_NETWORK = 0x2f010200;
  private static final long DAY_MILLIS = 86_400_000L;
  private static final long TARPIT_MARGIN_MILLIS = 50;

  private final World world;
  private final SimRandom random;
  private final List<SimNode> members = new ArrayList<>();
  private final List<Contact> gang = new ArrayList<>();

  private Attacks(World world) {
    this.world = world;
    this.random = SimRandom.stream(world.seed, ATTACK_STREAM, 0);
  }

  /**
   * Whom an attack is after.
   *
   * @param listing whose listing, or null for nobody's in particular
   * @param asker whose lookups, or null for everybody's
   */
  record Aim(@Nullable SimNode listing, @Nullable SimNode asker) {
    static final Aim NOBODY = new Aim(null, null);
  }

  /** Recruits attackers among the hosts, or adds some; nobody is up yet. */
  static Aim recruit(World world, SimulationOptions options, List<SimNode> hosts) {
    Attacks attacks = new Attacks(world);
    Attack attack = options.adversary();
    int count = options.adversaryCount() > 0 ? options.adversaryCount() : defaultCount(options);
    SimNode first = hosts.get(0);
    switch (attack) {
      case NONE -> {}
      case A1 -> {
        attacks.surround(first, Math.min(60, Math.max(20, count)), options.nodes());
        return new Aim(first, null);
      }
      case A7 -> attacks.crowd(count);
      default -> attacks.turn(hosts, count, attack);
    }
    long end = options.warmup().plus(options.duration()).toNanos();
    Floods floods = new Floods(world, hosts, attacks.members, end);
    switch (attack) {
      case A6 -> floods.publishInventedAgents();
      case A7 -> floods.introduceThemselves();
      case A8 -> floods.restart(first, options.warmup());
      case A13 -> floods.equivocate();
      default -> {}
    }
    return attack == Attack.A8 ? new Aim(null, first) : Aim.NOBODY;
  }

  private static int defaultCount(SimulationOptions options) {
    return switch (options.adversary()) {
      case A1 -> 60;
      case A7 -> 250;
      default -> Math.max(1, options.nodes() / 5);
    };
  }

  /** Identities on one /24 that tell of each other. */
  private void crowd(int count) {
    for (int i = 0; i < count; i++) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      IpEndpoint address = IpEndpoint.v4(CROWDED_NETWORK + 1 + i % 250, 7400 + i / 250);
      join(world.create(NodeKey.of(world.network, key), address));
    }
    members.forEach(m -> m.turn(colluder()));
  }

  private void join(SimNode member) {
    members.add(member);
    gang.add(member.contact());
  }

  /** The nodes with ids nearest to the victim's listing, out of many tries, on few networks. */
  private void surround(SimNode victim, int count, int nodes) {
    DhtKey place = DhtKey.listing(world.network, 0, victim.key.toBytes());
    List<NodeKey> ground = new ArrayList<>();
    Comparator<NodeKey> nearer = (a, b) -> place.compareDistance(a.id(), b.id());
    for (int i = 0; i < 10 * nodes * count / 20; i++) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      NodeKey candidate = NodeKey.of(world.network, key);
      if (place.distance(candidate.id()) < 4.0 / nodes) {
        ground.add(candidate);
      }
    }
    ground.sort(nearer);
    for (int i = 0; i < Math.min(count, ground.size()); i++) {
      IpEndpoint address =
          IpEndpoint.v4(0x2e000000 + (i % SYBIL_NETWORKS << 16) + (i << 2) + 1, 7400);
      join(world.create(ground.get(i), address));
    }
    members.forEach(m -> m.turn(colluder()));
  }

  private void turn(List<SimNode> hosts, int count, Attack attack) {
    List<SimNode> left = new ArrayList<>(hosts.subList(1, hosts.size()));
    for (int i = 0; i < Math.min(count, left.size() - 1); i++) {
      join(left.remove(random.nextInt(left.size())));
    }
    IpEndpoint target = world.randomAddress(1 << 29, 0);
    world.net.watch(target);
    for (SimNode node : members) {
      node.turn(behaviour(attack, target));
      if (attack == Attack.A12) {
        node.shiftClock(random.nextBoolean() ? DAY_MILLIS : -DAY_MILLIS);
      }
    }
  }

  private Adversary behaviour(Attack attack, IpEndpoint target) {
    return switch (attack) {
      case A2, A8 -> colluder();
      case A3 -> misleader(null);
      case A4 -> tarpit();
      case A5 -> replayer();
      case A9 -> misleader(target);
      case A10 ->
          (self, from, request, deadline) ->
              Mono.just(new DhtAnswer.Refused(DhtAnswer.Refusal.BUSY, 1000));
      case A11 -> (self, from, request, deadline) -> silentOn(request);
      case A14 ->
          (self, from, request, deadline) ->
              request instanceof DhtRequest.Ping
                  ? Mono.just(new DhtAnswer.Pong(target, 1, 0))
                  : null;
      case A15 -> damager();
      case NONE, A1, A6, A7, A12, A13 -> (self, from, request, deadline) -> null;
    };
  }

  /** Gives out the first version of each listing that it ever saw. */
  private static Adversary replayer() {
    Map<DhtKey, AgentListing> seen = new HashMap<>();
    return (self, from, request, deadline) -> {
      if (request instanceof DhtRequest.Put put) {
        seen.putIfAbsent(put.listing().place(put.slot()), put.listing());
      }
      AgentListing old = request instanceof DhtRequest.Get get ? seen.get(get.key()) : null;
      return old == null
          ? null
          : self.running()
              .answer(from, request, deadline)
              .map(
                  answer ->
                      answer instanceof DhtAnswer.Got
                          ? new DhtAnswer.Got(old, 0, 0, answer.contacts())
                          : answer);
    };
  }

  /** Flips a bit of each answer, or cuts it short. */
  private Adversary damager() {
    DhtCodec codec = DhtCodec.of(world.network);
    return (self, from, request, deadline) ->
        self.running()
            .answer(from, request, deadline)
            .map(answer -> codec.decodeAnswer(request.op(), damage(codec.encode(answer))));
  }

  private byte[] damage(byte[] bytes) {
    if (random.nextBoolean()) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  private static @Nullable Mono<DhtAnswer> silentOn(DhtRequest request) {
    if (!(request instanceof DhtRequest.Get get)) {
      return null;
    }
    return get.ttl() > 0 ? Mono.never() : Mono.just(new DhtAnswer.Got(null, 0, 0, List.of()));
  }

  /** Tells of the others of its gang only, and says that it has no listings. */
  private Adversary colluder() {
    return (self, from, request, deadline) -> {
      if (request instanceof DhtRequest.Find find) {
        return Mono.just(new DhtAnswer.Nodes(nearestOfGang(find.target(), self)));
      }
      if (request instanceof DhtRequest.Get get) {
        return Mono.just(new DhtAnswer.Got(null, 0, 0, nearestOfGang(get.key(), self)));
      }
      if (request instanceof DhtRequest.Put put) {
        return Mono.just(
            new DhtAnswer.Stored(
                DhtAnswer.PutResult.STORED,
                null,
                nearestOfGang(put.listing().place(put.slot()), self)));
      }
      return null;
    };
  }

  private List<Contact> nearestOfGang(DhtKey target, SimNode self) {
    List<Contact> nearest = new ArrayList<>(21);
    for (Contact c : gang) {
      if (c.key().equals(self.key)) {
        continue;
      }
      int at = nearest.size();
      while (at > 0 && target.compareDistance(c.id(), nearest.get(at - 1).id()) < 0) {
        at--;
      }
      if (at < DhtRequest.MAX_CONTACTS) {
        nearest.add(at, c);
        if (nearest.size() > DhtRequest.MAX_CONTACTS) {
          nearest.remove(DhtRequest.MAX_CONTACTS);
        }
      }
    }
    return nearest;
  }

  /** Tells of nodes that do not exist, near the target: anywhere, or all at a victim's address. */
  private Adversary misleader(@Nullable IpEndpoint victim) {
    return (self, from, request, deadline) -> {
      if (request instanceof DhtRequest.Find) {
        return Mono.just(new DhtAnswer.Nodes(inventContacts(victim)));
      }
      if (request instanceof DhtRequest.Get) {
        return Mono.just(new DhtAnswer.Got(null, 0, 0, inventContacts(victim)));
      }
      return null;
    };
  }

  private List<Contact> inventContacts(@Nullable IpEndpoint victim) {
    List<Contact> invented = new ArrayList<>();
    for (int i = 0; i < DhtRequest.MAX_CONTACTS; i++) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      IpEndpoint address = victim != null ? victim : world.randomAddress(random.nextInt(), 1);
      invented.add(new Contact(NodeKey.of(world.network, key), List.of(address)));
    }
    return invented;
  }

  /** Answers as late as it can, with nothing. */
  private Adversary tarpit() {
    return (self, from, request, deadline) -> {
      if (!(request instanceof DhtRequest.Get) && !(request instanceof DhtRequest.Find)) {
        return null;
      }
      DhtAnswer nothing =
          request instanceof DhtRequest.Get
              ? new DhtAnswer.Got(null, 0, 0, List.of())
              : new DhtAnswer.Nodes(List.of());
      long delay = Math.max(1, deadline - TARPIT_MARGIN_MILLIS);
      return Mono.create(
          sink ->
              world.scheduler.schedule(() -> sink.success(nothing), delay, TimeUnit.MILLISECONDS));
    };
  }
}
