package dev.parley.links;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class LinkDoubtsTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final LinkDoubts doubts = new LinkDoubts(time);
  private final FakeCarriedLink link = FakeCarriedLink.dialled(Identity.generate().id(), 1);
  private final List<Object> alive = new ArrayList<>();

  @Test
  void aLinkThatAnswersIsAlive() {
    doubts.settle(link, alive::add);
    link.pong.tryEmitValue(Duration.ofMillis(3));

    assertThat(alive).containsExactly(link);
    assertThat(link.done).isEmpty();
  }

  @Test
  void aSilentLinkIsClosedAfterASecond() {
    doubts.settle(link, alive::add);
    time.advanceTimeBy(Duration.ofMillis(999));
    assertThat(link.done).isEmpty();
    time.advanceTimeBy(Duration.ofMillis(1));

    assertThat(link.done).containsExactly("close SILENT");
    assertThat(alive).isEmpty();
  }

  /** The answer waits behind a large message that is on its way. */
  @Test
  void anyByteIsASignOfLife() {
    doubts.settle(link, alive::add);
    link.received++;
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(alive).containsExactly(link);
    assertThat(link.done).isEmpty();
  }

  @Test
  void aLinkThatEndsMeanwhileIsNotClosedAgain() {
    doubts.settle(link, alive::add);
    link.open = false;
    link.pong.tryEmitError(new IllegalStateException("the link ended"));

    assertThat(alive).isEmpty();
  }
}
