package dev.parley.transport.rsocket.link;

import static dev.parley.transport.rsocket.link.Liveness.Action.DEAD;
import static dev.parley.transport.rsocket.link.Liveness.Action.NONE;
import static dev.parley.transport.rsocket.link.Liveness.Action.PING;
import static dev.parley.transport.rsocket.link.Liveness.Action.READ_STALLED;
import static dev.parley.transport.rsocket.link.Liveness.Action.WRITE_STALLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LivenessTest {
  private static final long NOT_PARTIAL = Long.MIN_VALUE;

  private final Liveness liveness =
      new Liveness(
          Duration.ofSeconds(15), Duration.ofSeconds(45), Duration.ofSeconds(10), seconds(0));

  private static long seconds(long s) {
    return TimeUnit.SECONDS.toNanos(s);
  }

  private Liveness.Action at(long s) {
    return liveness.check(seconds(s), 0, 0, NOT_PARTIAL);
  }

  @Test
  void asksASilentPeerEveryIdleTimeAndGivesItUpAtTheEnd() {
    assertThat(at(14)).isEqualTo(NONE);
    assertThat(at(15)).isEqualTo(PING);
    assertThat(at(29)).isEqualTo(NONE);
    assertThat(at(30)).isEqualTo(PING);
    assertThat(at(44)).isEqualTo(NONE);
    assertThat(at(45)).isEqualTo(DEAD);
  }

  @Test
  void anyByteIsLife() {
    assertThat(at(15)).isEqualTo(PING);
    liveness.inbound(seconds(40));

    assertThat(at(45)).isEqualTo(NONE);
    assertThat(at(55)).isEqualTo(PING);
    assertThat(at(85)).isEqualTo(DEAD);
  }

  @Test
  void aPauseOfThisProcessGivesThePeerItsTimeToAnswer() {
    assertThat(at(1)).isEqualTo(NONE);

    assertThat(at(3600)).isEqualTo(PING);
    assertThat(at(3629)).isEqualTo(PING);
    assertThat(at(3630)).isEqualTo(DEAD);
  }

  @Test
  void writesThatDoNotMoveAreAStall() {
    assertThat(liveness.check(seconds(1), 100, 5, NOT_PARTIAL)).isEqualTo(NONE);
    assertThat(liveness.check(seconds(10), 100, 5, NOT_PARTIAL)).isEqualTo(NONE);
    assertThat(liveness.check(seconds(11), 100, 5, NOT_PARTIAL)).isEqualTo(WRITE_STALLED);
  }

  @Test
  void writesThatMoveAreNone() {
    for (int s = 1; s < 100; s++) {
      liveness.inbound(seconds(s));
      assertThat(liveness.check(seconds(s), 100, s, NOT_PARTIAL)).isEqualTo(NONE);
    }
  }

  @Test
  void aRecordThatDoesNotEndIsAStallWhateverTrickles() {
    liveness.inbound(seconds(9));
    assertThat(liveness.check(seconds(9), 0, 0, seconds(0))).isEqualTo(NONE);
    liveness.inbound(seconds(10));
    assertThat(liveness.check(seconds(10), 0, 0, seconds(0))).isEqualTo(READ_STALLED);
  }
}
