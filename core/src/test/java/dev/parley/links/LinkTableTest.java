package dev.parley.links;

import static dev.parley.links.FakeCarriedLink.accepted;
import static dev.parley.links.FakeCarriedLink.dialled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.Identity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkTableTest {
  private final AgentId self = Identity.generate().id();
  private final AgentId peer = Identity.generate().id();
  private final LinkTable table = new LinkTable();

  @Test
  void usesTheNewestLinkAtOnce() {
    FakeCarriedLink first = dialled(peer, 1);
    FakeCarriedLink second = accepted(peer, 1);

    assertThat(table.add(first).rival()).isNull();
    LinkTable.Added added = table.add(second);

    assertThat(added.rival()).isSameAs(first);
    assertThat(added.others()).isEmpty();
    assertThat(table.open(peer)).isSameAs(second);
  }

  @Test
  void keepsALinkToEachProcess() {
    FakeCarriedLink one = dialled(peer, 1);
    FakeCarriedLink other = accepted(peer, 2);
    table.add(one);

    LinkTable.Added added = table.add(other);

    assertThat(added.rival()).isNull();
    assertThat(added.others()).containsExactly(one);
    assertThat(table.openLinks()).hasSize(2);
    table.retire(other);
    assertThat(table.open(peer)).isSameAs(one);
  }

  @Test
  void bothSidesSettleOnTheSameOfTwo() {
    AgentId smaller = self.compareTo(peer) < 0 ? self : peer;
    FakeCarriedLink ours = dialled(peer, 1);
    FakeCarriedLink theirs = accepted(peer, 1);
    table.add(ours);
    table.add(theirs);

    assertThat(table.settle(self, ours)).isSameAs(smaller.equals(self) ? theirs : ours);
    assertThat(table.open(peer)).isSameAs(smaller.equals(self) ? ours : theirs);
  }

  /** The second is doubted when the third comes, and the first when the second does. */
  @Test
  void threeInABurstLeaveOne() {
    List<FakeCarriedLink> links = List.of(dialled(peer, 1), accepted(peer, 1), dialled(peer, 1));
    links.forEach(table::add);

    List<Object> displaced = new ArrayList<>();
    for (FakeCarriedLink link : List.of(links.get(1), links.get(0))) {
      FakeCarriedLink loser = (FakeCarriedLink) table.settle(self, link);
      if (loser != null) {
        loser.open = false;
        displaced.add(loser);
      }
    }

    assertThat(displaced).hasSize(2).doesNotContain(table.open(peer));
    assertThat(table.openLinks()).hasSize(1);
  }

  @Test
  void aNewcomerFindsRoom() {
    List<FakeCarriedLink> links = new ArrayList<>();
    for (int i = 0; i < LinkTable.MAX_LINKS_PER_AGENT; i++) {
      links.add(dialled(peer, i));
      assertThat(table.add(links.get(i)).excess()).isNull();
    }
    links.get(7).open = false;

    assertThat(table.add(dialled(peer, 100)).excess()).isSameAs(links.get(7));
    table.remove(links.get(7));
    assertThat(table.add(dialled(peer, 101)).excess()).isSameAs(links.get(0));
    assertThat(table.add(dialled(Identity.generate().id(), 1)).excess()).isNull();
  }

  @Test
  void forgetsWhatIsGone() {
    FakeCarriedLink link = dialled(peer, 1);
    table.add(link);

    table.remove(link);

    assertThat(table.open(peer)).isNull();
    assertThat(table.all()).isEmpty();
    assertThat(table.settle(self, link)).isNull();
  }

  @Test
  void aSuspectLinkTakesNothingNewUntilItIsTrusted() {
    FakeCarriedLink link = dialled(peer, 1);
    table.add(link);

    assertThat(table.suspect(link, true)).isFalse();
    assertThat(table.open(peer)).isNull();
    assertThat(table.hasSuspects(peer)).isTrue();

    assertThat(table.suspect(link, false)).isTrue();
    assertThat(table.open(peer)).isSameAs(link);
    assertThat(table.hasSuspects(peer)).isFalse();
  }

  @Test
  void anotherProcessTakesWhatASuspectLinkDoesNot() {
    FakeCarriedLink one = dialled(peer, 1);
    FakeCarriedLink other = dialled(peer, 2);
    table.add(one);
    table.add(other);

    table.suspect(other, true);

    assertThat(table.open(peer)).isSameAs(one);
    assertThat(table.suspect(other, false)).isFalse();
    table.suspect(one, true);
    assertThat(table.open(peer)).isSameAs(other);
  }

  @Test
  void aNewLinkTakesThePlaceOfASuspectOne() {
    FakeCarriedLink silent = dialled(peer, 1);
    FakeCarriedLink next = dialled(peer, 1);
    table.add(silent);
    table.suspect(silent, true);

    assertThat(table.add(next).rival()).isSameAs(silent);
    assertThat(table.suspect(silent, false)).isFalse();

    assertThat(table.open(peer)).isSameAs(next);
    assertThat(table.hasSuspects(peer)).isFalse();
  }

  /** Both dialled; the peer knows that theirs goes before the doubt about ours is settled here. */
  @Test
  void aDoubtedLinkTakesThePlaceOfOneThatGoes() {
    FakeCarriedLink ours = dialled(peer, 1);
    FakeCarriedLink theirs = accepted(peer, 1);
    table.add(ours);
    table.add(theirs);

    table.retire(theirs);

    assertThat(table.open(peer)).isSameAs(ours);
    assertThat(table.openLinks()).containsExactly(ours);
    assertThat(table.settle(self, ours)).isNull();
  }

  @Test
  void whatIsKnownToBeSilentTakesNothingWhenItsPlaceIsFree() {
    FakeCarriedLink silent = dialled(peer, 1);
    FakeCarriedLink next = dialled(peer, 1);
    table.add(silent);
    table.suspect(silent, true);
    table.add(next);

    table.retire(next);

    assertThat(table.open(peer)).isNull();
    assertThat(table.suspect(silent, false)).isTrue();
    assertThat(table.open(peer)).isSameAs(silent);
  }
}
