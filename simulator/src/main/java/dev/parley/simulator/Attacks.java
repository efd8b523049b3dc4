package dev.parley.simulator;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import dev.parley.simulator.SimulationOptions.Attack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Turns some nodes hostile. */
final class Attacks {
  private static final int ATTACK_STREAM = 50;
  private static final int SYBIL_NETWORKS = 4;
  private static final long TARPIT_MARGIN_MILLIS = 50;

  private final World world;
  private final SimRandom random;
  private final List<Contact> gang = new ArrayList<>();

  private Attacks(World world) {
    this.world = world;
    this.random = SimRandom.stream(world.seed, ATTACK_STREAM, 0);
  }

  /** Recruits attackers; the node whose record they are after, if they are after one. */
  static @Nullable SimNode recruit(World world, SimulationOptions options, List<SimNode> hosts) {
    Attacks attacks = new Attacks(world);
    int count = options.adversaryCount() > 0 ? options.adversaryCount() : defaultCount(options);
    if (options.adversary() == Attack.A1) {
      return attacks.surround(hosts.get(0), Math.min(60, Math.max(20, count)), options.nodes());
    }
    if (options.adversary() != Attack.NONE) {
      attacks.turn(hosts, count, options.adversary());
    }
    return null;
  }

  private static int defaultCount(SimulationOptions options) {
    return options.adversary() == Attack.A1 ? 60 : Math.max(1, options.nodes() / 5);
  }

  /** The nodes with ids nearest to the victim's record, out of many tries, on few networks. */
  private SimNode surround(SimNode victim, int count, int nodes) {
    DhtKey place = DhtKey.record(world.network, 0, victim.key.toBytes());
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
    List<SimNode> sybils = new ArrayList<>();
    for (int i = 0; i < Math.min(count, ground.size()); i++) {
      IpEndpoint address =
          IpEndpoint.v4(0x2e000000 + (i % SYBIL_NETWORKS << 16) + (i << 2) + 1, 7400);
      sybils.add(world.create(ground.get(i), address));
    }
    sybils.forEach(s -> gang.add(s.contact()));
    sybils.forEach(s -> s.turn(colluder()));
    return victim;
  }

  private void turn(List<SimNode> hosts, int count, Attack attack) {
    List<SimNode> left = new ArrayList<>(hosts.subList(1, hosts.size()));
    List<SimNode> chosen = new ArrayList<>();
    for (int i = 0; i < Math.min(count, left.size()); i++) {
      chosen.add(left.remove(random.nextInt(left.size())));
    }
    chosen.forEach(c -> gang.add(c.contact()));
    IpEndpoint target = world.randomAddress(1 << 29, 0);
    for (SimNode node : chosen) {
      Adversary behaviour = behaviour(attack, target);
      if (behaviour != null) {
        node.turn(behaviour);
      }
    }
  }

  private @Nullable Adversary behaviour(Attack attack, IpEndpoint target) {
    return switch (attack) {
      case A2 -> colluder();
      case A3 -> misleader(null);
      case A4 -> tarpit();
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
      default -> null;
    };
  }

  private static @Nullable Mono<DhtAnswer> silentOn(DhtRequest request) {
    if (!(request instanceof DhtRequest.Get get)) {
      return null;
    }
    return get.ttl() > 0 ? Mono.never() : Mono.just(new DhtAnswer.Got(null, 0, 0, List.of()));
  }

  /** Tells of the others of its gang only, and says that it has no records. */
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
                nearestOfGang(put.record().place(put.slot()), self)));
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
