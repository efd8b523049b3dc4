package dev.parley.dht.table;

import static dev.parley.dht.node.Nodes.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.node.Nodes;
import dev.parley.dht.table.RoutingTable.Admission;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private final Nodes nodes = new Nodes(11);
  private final NodeKey self = nodes.key();
  private final RoutingTable table = new RoutingTable(self.id(), 20, true);
  private long now = SECOND;

  private Admission verified(Contact contact, double millis) {
    return table.verified(contact, millis, true, now);
  }

  private List<Contact> fill(int prefix, int n, double millis) {
    List<Contact> added = new ArrayList<>();
    while (added.size() < n) {
      Contact contact = nodes.contactAt(self.id(), prefix);
      if (verified(contact, millis) == Admission.ADDED) {
        added.add(contact);
      }
    }
    return added;
  }

  @Test
  void findsTheNearestOfAll() {
    List<Contact> all = new ArrayList<>();
    for (Contact contact : nodes.contacts(600)) {
      if (verified(contact, 50) == Admission.ADDED) {
        all.add(contact);
      }
    }
    all.removeIf(c -> table.get(c.key()) == null);
    RoutingTable uncounted = new RoutingTable(self.id(), 20, false);
    all.forEach(c -> uncounted.verified(c, 50, true, now));

    for (int i = 0; i < 200; i++) {
      DhtKey target = DhtKey.random(nodes.random());
      assertThat(uncounted.closest(target, 20, now))
          .isEqualTo(Nodes.sorted(all, target).subList(0, 20));
    }
    assertThat(uncounted.closest(self.id(), 7, now))
        .isEqualTo(Nodes.sorted(all, self.id()).subList(0, 7));
  }

  @Test
  void anOpenLinkProvesNoAddress() {
    Contact contact = nodes.contactAt(self.id(), 0);
    Contact elsewhere = Nodes.contact(contact.key(), 0x2e000001);
    table.verified(contact, 50, false, now);

    assertThat(table.verified(elsewhere, 50, true, now)).isEqualTo(Admission.KNOWN);
    assertThat(table.get(contact.key()).contact()).isEqualTo(contact);
    table.verified(elsewhere, 50, false, now);
    assertThat(table.get(contact.key()).contact()).isEqualTo(elsewhere);
  }

  @Test
  void neverHoldsItself() {
    assertThat(verified(Nodes.contact(self, 0x0b000001), 1)).isEqualTo(Admission.REFUSED);
    assertThat(table.size()).isZero();
  }

  @Test
  void aLiveContactDoesNotGiveWayToAnEquallyFastOne() {
    List<Contact> first = fill(0, 20, 50);

    for (int i = 0; i < 50; i++) {
      verified(nodes.contactAt(self.id(), 0), 50);
    }

    // the twelve that were there first stay whatever comes
    first.subList(0, 12).forEach(c -> assertThat(table.get(c.key())).isNotNull());
    assertThat(table.size()).isEqualTo(20);
  }

  @Test
  void aFasterContactTakesOneOfTheFastSlots() {
    List<Contact> first = fill(0, 20, 200);
    int replaced = 0;
    for (int i = 0; i < 100; i++) {
      replaced += verified(nodes.contactAt(self.id(), 0), 5) == Admission.ADDED ? 1 : 0;
    }

    assertThat(replaced).isPositive();
    first.subList(0, 12).forEach(c -> assertThat(table.get(c.key())).isNotNull());
    assertThat(table.size()).isEqualTo(20);
  }

  @Test
  void coversAllPartsOfABucketsRange() {
    fill(0, 20, 50);
    for (int i = 0; i < 200; i++) {
      verified(nodes.contactAt(self.id(), 0), 50);
    }

    long parts = table.entries().stream().map(e -> e.contact().id().nibbleAt(1)).distinct().count();

    assertThat(parts).isGreaterThanOrEqualTo(14);
  }

  @Test
  void aNetworkHasAtMostTwoContactsInABucket() {
    int added = 0;
    for (int i = 0; i < 10; i++) {
      Contact c = nodes.contactAt(self.id(), 0);
      added += verified(Nodes.contact(c.key(), 0x2e000000 + i), 9) == Admission.ADDED ? 1 : 0;
    }
    assertThat(added).isEqualTo(2);
  }

  @Test
  void aWideNetworkHasAtMostFourContactsInABucket() {
    int added = 0;
    for (int i = 0; i < 10; i++) {
      Contact c = nodes.contactAt(self.id(), 0);
      added +=
          verified(Nodes.contact(c.key(), 0x2e000000 + (i << 8)), 9) == Admission.ADDED ? 1 : 0;
    }
    assertThat(added).isEqualTo(4);
  }

  @Test
  void aNetworkHasAtMostEightContactsInTheTable() {
    int added = 0;
    for (int i = 0; i < 200; i++) {
      added += verified(Nodes.contact(nodes.key(), 0x2e000000 + i), 9) == Admission.ADDED ? 1 : 0;
    }
    assertThat(added).isEqualTo(8);
  }

  @Test
  void tellsNobodyOfAContactThatFailed() {
    Contact contact = fill(0, 1, 50).get(0);

    table.failed(contact.key(), false, now);

    assertThat(table.closest(contact.id(), 5, now)).isEmpty();
    assertThat(table.get(contact.key())).isNotNull();
    verified(contact, 50);
    assertThat(table.closest(contact.id(), 5, now)).containsExactly(contact);
  }

  @Test
  void dropsAContactAfterThreeFailuresOrOneHardOne() {
    List<Contact> contacts = fill(0, 2, 50);

    assertThat(table.failed(contacts.get(0).key(), false, now)).isFalse();
    assertThat(table.failed(contacts.get(0).key(), false, now)).isFalse();
    assertThat(table.failed(contacts.get(0).key(), false, now)).isTrue();
    assertThat(table.failed(contacts.get(1).key(), true, now)).isTrue();

    assertThat(table.size()).isZero();
  }

  @Test
  void keepsItsContactsWhileTheUplinkIsDown() {
    List<Contact> contacts = fill(0, 20, 50);

    for (int round = 0; round < 5; round++) {
      contacts.forEach(c -> table.failed(c.key(), false, now));
    }

    assertThat(table.isUplinkDown()).isTrue();
    assertThat(table.size()).isGreaterThanOrEqualTo(20);
    for (int i = 0; i < 20; i++) {
      verified(contacts.get(i), 50);
    }
    assertThat(table.isUplinkDown()).isFalse();
  }

  @Test
  void aFailingContactGivesWayToALiveOne() {
    List<Contact> contacts = fill(0, 20, 50);
    table.failed(contacts.get(3).key(), false, now);

    Contact fresh = nodes.contactAt(self.id(), 0);

    assertThat(verified(fresh, 500)).isEqualTo(Admission.ADDED);
    assertThat(table.get(contacts.get(3).key())).isNull();
  }

  @Test
  void tellsNobodyOfAContactThatIsSilentForLong() {
    Contact contact = fill(0, 1, 50).get(0);

    now += TableEntry.FRESH_NANOS + SECOND;

    assertThat(table.closest(contact.id(), 5, now)).isEmpty();
  }

  @Test
  void probesAContactTheLessOftenTheLongerItIsKnown() {
    Contact contact = fill(0, 1, 50).get(0);
    TableEntry entry = table.get(contact.key());

    assertThat(entry.isProbeDue(now + 59 * SECOND, 1)).isFalse();
    assertThat(entry.isProbeDue(now + 60 * SECOND, 1)).isTrue();
    now += 3600 * SECOND;
    entry.alive(now);
    assertThat(entry.isProbeDue(now + 419 * SECOND, 1)).isFalse();
    assertThat(entry.isProbeDue(now + 420 * SECOND, 1)).isTrue();
  }

  @Test
  void probesOneOfManyHalfAsOftenUnlessItHasFailed() {
    Contact contact = fill(0, 1, 50).get(0);
    TableEntry entry = table.get(contact.key());
    now += 3600 * SECOND;
    entry.alive(now);

    assertThat(entry.isProbeDue(now + 839 * SECOND, 2)).isFalse();
    assertThat(entry.isProbeDue(now + 840 * SECOND, 2)).isTrue();

    entry.failed(now);
    assertThat(entry.isProbeDue(now + 59 * SECOND, 2)).isFalse();
    assertThat(entry.isProbeDue(now + 60 * SECOND, 2)).isTrue();
  }

  /** Who has just come is the likeliest to leave. */
  @Test
  void tellsOfASilentContactTheLongerTheLongerItIsKnown() {
    TableEntry entry = table.get(fill(0, 1, 50).get(0).key());

    assertThat(entry.isFresh(now + 240 * SECOND)).isTrue();
    assertThat(entry.isFresh(now + 241 * SECOND)).isFalse();

    now += 1200 * SECOND;
    entry.alive(now);
    assertThat(entry.isFresh(now + 300 * SECOND)).isTrue();
    assertThat(entry.isFresh(now + 301 * SECOND)).isFalse();

    now += 7200 * SECOND;
    entry.alive(now);
    assertThat(entry.isFresh(now + TableEntry.FRESH_NANOS)).isTrue();
    assertThat(entry.isFresh(now + TableEntry.FRESH_NANOS + SECOND)).isFalse();
  }

  @Test
  void neighboursAreThoseOfTheLastBucketsThatHoldOneBucketTogether() {
    assertThat(table.neighbourhood()).isZero();
    fill(0, 20, 50);
    fill(3, 20, 50);
    fill(4, 12, 50);
    fill(5, 7, 50);

    assertThat(table.neighbourhood()).isEqualTo(3);

    fill(6, 1, 50);
    assertThat(table.neighbourhood()).isEqualTo(4);
  }

  @Test
  void takesAContactsWordForHowLongItHasBeenUp() {
    TableEntry entry = table.get(fill(0, 1, 50).get(0).key());

    entry.saysUp(600, now);

    assertThat(entry.isProbeDue(now + 419 * SECOND, 1)).isFalse();
    assertThat(entry.isProbeDue(now + 420 * SECOND, 1)).isTrue();
    assertThat(entry.isFresh(now + TableEntry.FRESH_NANOS)).isTrue();
    assertThat(entry.knownSeconds(now)).isZero();
  }

  @Test
  void candidatesAreKeptApartAndBounded() {
    for (int i = 0; i < 30; i++) {
      table.offer(nodes.contactAt(self.id(), 0));
    }

    assertThat(table.size()).isZero();
    assertThat(table.bucketAt(0).candidateCount()).isEqualTo(Bucket.MAX_CANDIDATES);
    assertThat(table.takeCandidate()).isNotNull();
    assertThat(table.bucketAt(0).candidateCount()).isEqualTo(Bucket.MAX_CANDIDATES - 1);
  }

  @Test
  void answersHoldAtMostTwoOfANetworkTheNearestOnes() {
    DhtKey target = DhtKey.random(nodes.random());
    Nearest nearest = new Nearest(target, 20, true);
    List<Contact> sybils = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      sybils.add(Nodes.contact(nodes.key(), 0x2e000000 + i));
    }

    sybils.forEach(nearest::add);

    assertThat(nearest.contacts()).isEqualTo(Nodes.sorted(sybils, target).subList(0, 2));
  }

  @Test
  void knowsWhetherItIsAmongTheNearest() {
    for (Contact contact : nodes.contacts(300)) {
      verified(contact, 50);
    }
    assertThat(table.isAmongNearest(self.id(), 3, now)).isTrue();
    assertThat(table.isAmongNearest(self.id().randomAt(0, nodes.random()), 3, now)).isFalse();
  }
}
