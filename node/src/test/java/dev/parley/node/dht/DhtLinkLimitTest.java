package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.spi.Link;
import dev.parley.testkit.StubLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Which links are closed when the DHT has too many. */
class DhtLinkLimitTest {
  private static final int MAX = 8;

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Set<AgentId> kept = new HashSet<>();
  private final List<CountedLink> all = new ArrayList<>();
  private final DhtLinkLimit limit =
      new DhtLinkLimit(() -> MAX, kept::contains, time, () -> time.now(TimeUnit.NANOSECONDS));

  /** A link that counts messages as a transport does. */
  private final class CountedLink {
    final StubLink link;
    private long messages;

    CountedLink(boolean dialled) {
      AgentId peer = Identity.generate().id();
      StubLink stub = dialled ? StubLink.dialled(peer) : StubLink.accepted(peer);
      link = stub.counting(() -> new Link.Stats(0, 0, 0, 0, 0, 0, 0, messages, 0));
      all.add(this);
    }

    void agentsMessage() {
      messages++;
    }

    void dhtsMessage() {
      messages++;
      limit.message(link);
    }
  }

  private List<CountedLink> closed() {
    return all.stream().filter(counted -> !counted.link.isOpen()).toList();
  }

  private CountedLink open(boolean dialled) {
    CountedLink link = new CountedLink(dialled);
    limit.opened(link.link);
    link.dhtsMessage();
    time.advanceTimeBy(Duration.ofSeconds(1));
    return link;
  }

  private List<CountedLink> open(int n, boolean dialled) {
    List<CountedLink> links = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      links.add(open(dialled));
    }
    return links;
  }

  @Test
  void theOneUnusedForLongestGoes() {
    List<CountedLink> links = open(MAX, true);
    time.advanceTimeBy(Duration.ofMinutes(1));
    links.get(0).dhtsMessage();
    assertThat(closed()).isEmpty();

    open(true);

    assertThat(closed()).containsExactly(links.get(1));
    assertThat(limit.size()).isEqualTo(MAX);
  }

  @Test
  void acceptedLinksTakeHalfOfThePlacesAtMost() {
    List<CountedLink> accepted = open(MAX / 2, false);
    assertThat(closed()).isEmpty();

    List<CountedLink> more = open(20, false);

    assertThat(closed()).hasSize(20).containsAll(accepted).doesNotContain(more.get(19));
    assertThat(limit.size()).isEqualTo(MAX / 2);
  }

  @Test
  void idleAcceptedLinksGoFirstAndThoseOfTheTableLast() {
    List<CountedLink> tables = open(2, true);
    tables.forEach(link -> kept.add(link.link.peer()));
    List<CountedLink> dialled = open(MAX - 3, true);
    CountedLink accepted = open(false);
    time.advanceTimeBy(Duration.ofMinutes(1));
    accepted.dhtsMessage();
    time.advanceTimeBy(Duration.ofMinutes(1));

    open(1, true);
    assertThat(closed()).containsExactly(accepted);
    open(MAX - 2, true);

    assertThat(closed()).containsAll(dialled).doesNotContainAnyElementsOf(tables);
    assertThat(closed()).hasSize(MAX - 1);
  }

  @Test
  void linksOfTheAgentsMessagesAreNeitherCountedNorClosed() {
    List<CountedLink> agents = open(MAX, true);
    agents.forEach(CountedLink::agentsMessage);
    List<CountedLink> dhts = open(MAX, true);
    assertThat(closed()).isEmpty();
    assertThat(limit.size()).isEqualTo(MAX);

    open(true);
    assertThat(closed()).containsExactly(dhts.get(0));
    time.advanceTimeBy(Duration.ofMinutes(6));
    open(true);

    assertThat(closed()).hasSize(MAX + 2).containsAll(agents);
  }

  @Test
  void aLinkThatEndedByItselfCountsNoMore() {
    List<CountedLink> links = open(MAX, true);
    limit.closed(links.get(3).link);

    open(true);

    assertThat(closed()).isEmpty();
    assertThat(limit.size()).isEqualTo(MAX);
  }
}
