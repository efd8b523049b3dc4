package dev.parley.dht.lookup;

import static dev.parley.dht.node.Nodes.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.node.LookupCosts;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LookupTest {
  private static final long SOFT = SECOND / 10;
  private static final long HARD = 3 * SECOND;

  private final Nodes nodes = new Nodes(5);
  private final DhtKey target = DhtKey.random(nodes.random());
  private final NodeKey self = nodes.key();
  private final DhtOptions options = DhtOptions.defaults();
  private final Map<NodeKey, Double> costs = new HashMap<>();
  private final Set<NodeKey> young = new HashSet<>();
  private long now = 1;

  private final LookupCosts fixed =
      new LookupCosts() {
        @Override
        public double expectedMillis(Contact contact) {
          return costs.getOrDefault(contact.key(), 50.0);
        }

        @Override
        public long softNanos(Contact contact) {
          return SOFT;
        }

        @Override
        public long hardNanos(Contact contact) {
          return HARD;
        }

        @Override
        public boolean isSettled(Contact contact) {
          return !young.contains(contact.key());
        }
      };

  private Lookup lookup(LookupSettings settings, AddressRules policy) {
    return new Lookup(target, settings, self.id(), fixed, policy, now);
  }

  private Lookup get() {
    return lookup(LookupSettings.get(options, 1, 1, 0, false), AddressRules.lan());
  }

  private Lookup find() {
    return lookup(
        LookupSettings.find(options, LookupSettings.Goal.FIND, 0, false), AddressRules.lan());
  }

  private List<LookupCandidate> sendAll(Lookup lookup) {
    List<LookupCandidate> sent = new ArrayList<>();
    for (LookupCandidate c = lookup.next(now); c != null; c = lookup.next(now)) {
      sent.add(c);
    }
    return sent;
  }

  private void answer(Lookup lookup, LookupCandidate from, Contact... contacts) {
    lookup.answered(from, List.of(contacts), null, true, false, now);
  }

  /** Answers everyone from a full view, at once, until the lookup ends. */
  private void walk(Lookup lookup, List<Contact> network) {
    for (int i = 0; i < 1000 && lookup.end() == null; i++) {
      for (LookupCandidate c : sendAll(lookup)) {
        answerFrom(lookup, c, network);
      }
    }
  }

  private void answerFrom(Lookup lookup, LookupCandidate c, List<Contact> network) {
    List<Contact> known = new ArrayList<>(network);
    known.removeIf(
        k -> k.id().commonPrefix(c.contact().id()) == 0 && nodes.random().nextInt(3) > 0);
    List<Contact> nearest = Nodes.sorted(known, target).subList(0, 20);
    lookup.answered(c, nearest, null, true, c.isPutSent(), now);
  }

  @Test
  void findsTheNearestNodesOfTheWholeNetwork() {
    List<Contact> network = nodes.contacts(400);
    Lookup lookup = find();
    lookup.seed(network.subList(0, 5));

    walk(lookup, network);

    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
    assertThat(lookup.closest(20)).isEqualTo(Nodes.sorted(network, target).subList(0, 20));
  }

  @Test
  void keepsToItsParallelism() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(20));

    assertThat(sendAll(lookup)).hasSize(4);
  }

  @Test
  void givesTheSlotOfALateRequestToAnother() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(20));
    sendAll(lookup);

    now += SOFT;

    assertThat(sendAll(lookup)).hasSize(4);
    assertThat(lookup.hedges()).isEqualTo(4);
  }

  @Test
  void neverHasMoreUnderWayThanTheMaximum() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(60));
    for (int i = 0; i < 20; i++) {
      sendAll(lookup);
      assertThat(lookup.inFlight().size()).isLessThanOrEqualTo(options.lookups().parallelMax());
      now += SOFT;
    }
  }

  @Test
  void stillTakesALateAnswer() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(4));
    LookupCandidate slow = sendAll(lookup).get(0);
    now += 5 * SOFT;
    lookup.next(now);
    AgentListing listing = Nodes.aliceListing(1_000_000);

    lookup.answered(slow, List.of(), listing, false, false, now);
    lookup.next(now);

    assertThat(lookup.end()).isEqualTo(LookupEnd.FOUND);
    assertThat(lookup.best()).isEqualTo(listing);
  }

  @Test
  void whereFewAreKnownWaitsForTheLastOneBeforeSayingThatNobodyHasIt() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(4));
    List<LookupCandidate> sent = sendAll(lookup);
    sent.subList(1, 4).forEach(c -> answer(lookup, c));
    now += HARD - 1;
    lookup.next(now);
    assertThat(lookup.end()).isNull();

    now += 1;
    lookup.next(now);

    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
  }

  @Test
  void amongManyDoesNotWaitForALateOne() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(20));
    LookupCandidate slow = sendAll(lookup).get(0);
    now += 2 * SOFT;
    for (int i = 0; i < 20 && lookup.end() == null; i++) {
      for (LookupCandidate c : List.copyOf(lookup.inFlight())) {
        if (c != slow) {
          answer(lookup, c);
        }
      }
      sendAll(lookup);
    }

    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
    assertThat(lookup.inFlight()).containsExactly(slow);
  }

  @Test
  void endsWithTheFirstListing() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(20));
    List<LookupCandidate> sent = sendAll(lookup);

    lookup.answered(sent.get(1), List.of(), Nodes.aliceListing(7), false, false, now);

    assertThat(lookup.next(now)).isNull();
    assertThat(lookup.end()).isEqualTo(LookupEnd.FOUND);
    assertThat(lookup.hops()).isEqualTo(1);
  }

  @Test
  void waitsForAsManyHoldersAsAskedAndGivesTheNewest() {
    Lookup lookup = lookup(LookupSettings.get(options, 2, 1, 0, false), AddressRules.lan());
    lookup.seed(nodes.contacts(20));
    List<LookupCandidate> sent = sendAll(lookup);
    AgentListing newer = Nodes.aliceListing(8);

    lookup.answered(sent.get(0), List.of(), Nodes.aliceListing(7), false, false, now);
    assertThat(lookup.end()).isNull();
    lookup.answered(sent.get(1), List.of(), newer, false, false, now);
    assertThat(lookup.end()).isNull();
    lookup.answered(sent.get(2), List.of(), newer, false, false, now);

    assertThat(lookup.end()).isEqualTo(LookupEnd.FOUND);
    assertThat(lookup.best()).isEqualTo(newer);
  }

  @Test
  void isCompleteInASmallNetworkWhenAllHaveAnswered() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(3));

    sendAll(lookup).forEach(c -> answer(lookup, c));
    lookup.next(now);

    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
  }

  @Test
  void saysThatNobodyAnsweredRatherThanThatNothingIsThere() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(3));

    sendAll(lookup).forEach(c -> lookup.failed(c, now));
    lookup.next(now);

    assertThat(lookup.end()).isEqualTo(LookupEnd.NOBODY);
  }

  @Test
  void saysNobodyWithoutSeeds() {
    Lookup lookup = get();

    assertThat(lookup.next(now)).isNull();
    assertThat(lookup.end()).isEqualTo(LookupEnd.NOBODY);
  }

  @Test
  void neverAsksItself() {
    Lookup lookup = find();
    Contact me = Nodes.contact(self, 0x0b000001);
    lookup.seed(List.of(me, nodes.contact()));

    LookupCandidate first = sendAll(lookup).get(0);
    assertThat(first.contact()).isNotEqualTo(me);
    answer(lookup, first, me);

    assertThat(lookup.next(now)).isNull();
    assertThat(lookup.candidates()).hasSize(1);
  }

  @Test
  void goesOnWhileAnybodyNearerIsUnasked() {
    Lookup lookup = find();
    List<Contact> sorted = Nodes.sorted(nodes.contacts(50), target);
    lookup.seed(sorted.subList(30, 34));
    List<LookupCandidate> sent = sendAll(lookup);

    answer(lookup, sent.get(0), sorted.get(0));
    sent.subList(1, 4).forEach(c -> answer(lookup, c));

    LookupCandidate next = lookup.next(now);
    assertThat(next).isNotNull();
    assertThat(next.contact()).isEqualTo(sorted.get(0));
    assertThat(next.depth()).isEqualTo(2);
    assertThat(lookup.end()).isNull();
  }

  @Test
  void isNotHeldUpByOneSlowHolder() {
    Lookup lookup = find();
    lookup.seed(nodes.contacts(4));
    List<LookupCandidate> sent = sendAll(lookup);
    sent.subList(1, 4).forEach(c -> answer(lookup, c));
    assertThat(lookup.next(now)).isNull();
    assertThat(lookup.end()).isNull();
    assertThat(lookup.wakeAt(now)).isEqualTo(now + SOFT);

    now += SOFT;
    assertThat(lookup.next(now)).isNull();
    assertThat(lookup.end()).as("late, but waited for").isNull();
    assertThat(lookup.wakeAt(now)).isEqualTo(now + SOFT);
    now += SOFT;
    lookup.next(now);

    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
  }

  @Test
  void givesARequestUpAtItsHardTimeout() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(1));
    LookupCandidate only = sendAll(lookup).get(0);

    now += HARD;
    lookup.next(now);

    assertThat(only.isFailed()).isTrue();
    assertThat(lookup.end()).isEqualTo(LookupEnd.NOBODY);
  }

  @Test
  void endsWhenItsTimeIsUp() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(20));
    sendAll(lookup);

    now += options.lookups().lookupTimeout().toNanos();
    lookup.next(now);

    assertThat(lookup.end()).isEqualTo(LookupEnd.TIMEOUT);
  }

  @Test
  void endsWhenItsRequestsAreUsedUp() {
    DhtOptions few = DhtOptions.builder().lookups(l -> l.lookupRequests(6)).build();
    Lookup lookup = lookup(LookupSettings.get(few, 1, 1, 0, false), AddressRules.lan());
    lookup.seed(nodes.contacts(20));

    int sent = 0;
    for (int i = 0; i < 10; i++) {
      List<LookupCandidate> wave = sendAll(lookup);
      wave.forEach(c -> answer(lookup, c));
      sent += wave.size();
    }

    assertThat(sent).isEqualTo(6);
    assertThat(lookup.end()).isEqualTo(LookupEnd.REQUESTS);
  }

  @Test
  void asksFirstWhereProgressCostsLeast() {
    List<Contact> sorted = Nodes.sorted(nodes.contacts(4), target);
    costs.put(sorted.get(0).key(), 2000.0);
    costs.put(sorted.get(3).key(), 1.0);
    Lookup lookup = get();
    lookup.seed(sorted);

    List<LookupCandidate> sent = sendAll(lookup);

    assertThat(sent.get(3).contact()).isEqualTo(sorted.get(0));
  }

  @Test
  void ignoresContactsOfWhoeverMisledItThrice() {
    Lookup lookup = get();
    Contact liar = nodes.contact();
    lookup.seed(List.of(liar));
    LookupCandidate from = sendAll(lookup).get(0);
    answer(lookup, from, nodes.contacts(3).toArray(Contact[]::new));
    sendAll(lookup).forEach(c -> lookup.failed(c, now));

    assertThat(from.hasMisled()).isTrue();
    answer(lookup, from, nodes.contact());

    assertThat(lookup.candidates()).hasSize(4);
  }

  @Test
  void keepsNoMoreCandidatesThanItsBound() {
    DhtOptions few = DhtOptions.builder().lookups(l -> l.maxCandidates(20)).build();
    Lookup lookup = lookup(LookupSettings.get(few, 1, 1, 0, false), AddressRules.lan());
    List<Contact> sorted = Nodes.sorted(nodes.contacts(60), target);

    lookup.seed(sorted);

    assertThat(lookup.candidates()).hasSize(20);
    assertThat(lookup.candidates().get(0).contact()).isEqualTo(sorted.get(0));
    assertThat(lookup.candidates().get(19).contact()).isEqualTo(sorted.get(19));
  }

  @Test
  void takesAtMostTwoOfANetworkFromAnAnswer() {
    Lookup lookup =
        lookup(LookupSettings.get(options, 1, 1, 0, false), AddressRules.publicInternet());
    lookup.seed(List.of(nodes.contact()));
    LookupCandidate from = sendAll(lookup).get(0);
    Contact[] sybils = new Contact[20];
    for (int i = 0; i < 20; i++) {
      sybils[i] = Nodes.contact(nodes.key(), 0x2e000000 + i);
    }

    answer(lookup, from, sybils);

    assertThat(lookup.candidates()).hasSize(3);
  }

  @Test
  void takesNoPrivateAddressFromAnAnswer() {
    Lookup lookup =
        lookup(LookupSettings.get(options, 1, 1, 0, false), AddressRules.publicInternet());
    lookup.seed(List.of(nodes.contact()));
    LookupCandidate from = sendAll(lookup).get(0);
    IpEndpoint inner = IpEndpoint.v4(0x0a000001, 7400);
    IpEndpoint outer = IpEndpoint.v4(0x2e000001, 7400);

    answer(lookup, from, new Contact(nodes.key(), List.of(outer, inner)));

    assertThat(lookup.candidates()).hasSize(1);
  }

  @Test
  void spreadsItsFirstRequestsOverNetworks() {
    List<Contact> sorted = new ArrayList<>(Nodes.sorted(nodes.contacts(6), target));
    UnaryOperator<Contact> move = c -> Nodes.contact(c.key(), 0x2e000000);
    for (int i = 0; i < 3; i++) {
      sorted.set(i, move.apply(sorted.get(i)));
    }
    Lookup lookup =
        lookup(LookupSettings.get(options, 1, 1, 0, true), AddressRules.publicInternet());
    lookup.seed(sorted);

    long fromOne =
        sendAll(lookup).stream().filter(c -> sorted.subList(0, 3).contains(c.contact())).count();

    assertThat(fromOne).isEqualTo(1);
  }

  @Test
  void givesTheListingToEveryoneInTheRegion() {
    List<Contact> network = nodes.contacts(300);
    double region = 24.0 / 300;
    long inRegion = network.stream().filter(c -> target.distance(c.id()) <= region).count();
    Lookup lookup = lookup(LookupSettings.put(options, region, false), AddressRules.lan());
    lookup.seed(network.subList(0, 8));

    walk(lookup, network);

    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
    assertThat(inRegion).isGreaterThan(16);
    assertThat(lookup.accepted()).isGreaterThanOrEqualTo((int) inRegion);
    lookup.candidates().stream()
        .filter(LookupCandidate::isAnswered)
        .limit(inRegion)
        .forEach(c -> assertThat(c.isPut()).isTrue());
  }

  @Test
  void asksTheWayBeforeItWritesWhenTheSizeIsUnknown() {
    List<Contact> network = nodes.contacts(200);
    Lookup lookup = lookup(LookupSettings.put(options, 0, false), AddressRules.lan());
    lookup.seed(network.subList(0, 8));

    walk(lookup, network);

    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
    List<Contact> holders =
        lookup.candidates().stream()
            .filter(LookupCandidate::isPut)
            .map(LookupCandidate::contact)
            .toList();
    assertThat(holders).isEqualTo(Nodes.sorted(network, target).subList(0, 16));
  }

  @Test
  void refreshEndsWithTheFirstThree() {
    Lookup lookup =
        lookup(
            LookupSettings.find(options, LookupSettings.Goal.REFRESH, 0, false),
            AddressRules.lan());
    List<Contact> sorted = Nodes.sorted(nodes.contacts(20), target);
    lookup.seed(sorted);

    for (LookupCandidate c : sendAll(lookup)) {
      answer(lookup, c);
    }
    lookup.next(now);

    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
    assertThat(lookup.rpcs()).isLessThan(8);
  }

  @Test
  void walksDisjointPathsAndTakesOverFromOnesThatRunDry() {
    List<Contact> network = nodes.contacts(300);
    Lookup lookup = lookup(LookupSettings.get(options, 1, 4, 0, false), AddressRules.lan());
    lookup.seed(network.subList(0, 8));
    List<LookupCandidate> first = sendAll(lookup);

    assertThat(first).extracting(LookupCandidate::path).contains(0, 1, 2, 3);
    first.forEach(c -> answer(lookup, c)); // all but the rest of the walk run dry
    walk(lookup, network);

    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
  }

  @Test
  void disjointPathsFindTheNearestToo() {
    List<Contact> network = nodes.contacts(300);
    Lookup lookup = lookup(LookupSettings.get(options, 1, 4, 0, false), AddressRules.lan());
    lookup.seed(network.subList(0, 8));

    walk(lookup, network);

    assertThat(lookup.closest(16)).isEqualTo(Nodes.sorted(network, target).subList(0, 16));
  }

  /** Colluders, every other one of the network, tell of the nearest of themselves only. */
  private Lookup walkAmongColluders(int paths) {
    List<Contact> sorted = Nodes.sorted(nodes.contacts(400), target);
    List<Contact> colluders = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i += 2) {
      colluders.add(sorted.get(i));
    }
    List<Contact> seeds = new ArrayList<>(colluders.subList(60, 64));
    for (int i = 301; i < 309; i += 2) {
      seeds.add(sorted.get(i));
    }
    Lookup lookup = lookup(LookupSettings.get(options, 1, paths, 0, false), AddressRules.lan());
    lookup.seed(seeds);
    for (int i = 0; i < 1000 && lookup.end() == null; i++) {
      for (LookupCandidate c : sendAll(lookup)) {
        List<Contact> told = colluders.contains(c.contact()) ? colluders : sorted;
        lookup.answered(c, told.subList(0, 20), null, true, false, now);
      }
    }
    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
    assertThat(lookup.closest(16))
        .as("%d paths", paths)
        .isEqualTo((paths == 1 ? colluders : sorted).subList(0, 16));
    return lookup;
  }

  @Test
  void disjointPathsLeadPastColludersWhoFillAllThatOneSees() {
    assertThat(walkAmongColluders(1).candidates()).anyMatch(LookupCandidate::isKnown);
    assertThat(walkAmongColluders(4).rpcs())
        .isLessThanOrEqualTo(2 * options.lookups().lookupRequests());
  }

  @Test
  void countsAListingThatCameOverARelay() {
    Lookup lookup = get();
    lookup.seed(nodes.contacts(4));
    sendAll(lookup);

    lookup.foundElsewhere(Nodes.aliceListing(3));

    assertThat(lookup.end()).isEqualTo(LookupEnd.FOUND);
  }

  @Test
  void aWriteGivesAnExtraCopyForEachHolderThatHasJustCome() {
    List<Contact> network = nodes.contacts(400);
    List<Contact> nearest = Nodes.sorted(network, target);
    nearest.subList(0, 5).forEach(c -> young.add(c.key()));
    Lookup lookup = lookup(LookupSettings.put(options, 0, false), AddressRules.lan());
    lookup.seed(network.subList(0, 5));

    walk(lookup, network);

    assertThat(lookup.candidates().stream().filter(LookupCandidate::isPut))
        .map(LookupCandidate::contact)
        .containsAll(nearest.subList(0, options.storage().copies() + 5));
  }

  @Test
  void aWriteEndsAtFourTimesTheCopiesWhereEveryoneHasJustCome() {
    List<Contact> network = nodes.contacts(400);
    network.forEach(c -> young.add(c.key()));
    Lookup lookup = lookup(LookupSettings.put(options, 0, false), AddressRules.lan());
    lookup.seed(network.subList(0, 5));

    walk(lookup, network);

    assertThat(lookup.end()).isEqualTo(LookupEnd.COMPLETE);
    assertThat(lookup.candidates().stream().filter(LookupCandidate::isPut).count())
        .isBetween(60L, 4L * options.storage().copies() + 20);
  }
}
