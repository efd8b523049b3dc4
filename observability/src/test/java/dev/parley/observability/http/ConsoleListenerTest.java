package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.NodeListener.HandshakeOutcome;
import dev.parley.spi.NodeListener.Outcome;
import dev.parley.spi.NodeListener.Refusal;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ConsoleListenerTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Offset<Double> NEARLY = within(0.5);

  private final ConsoleListener listener = ConsoleListener.create(3, () -> 1000);

  private void answered(long millis) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    listener.sent(InteractionModel.REQUEST, nanos, Outcome.success());
  }

  @Test
  void countsASecondAtATime() {
    for (int i = 1; i <= 100; i++) {
      answered(i);
    }
    listener.received(InteractionModel.REQUEST, 1, Outcome.success());

    Sample first = listener.sample(2 * SECOND);
    Sample second = listener.sample(SECOND);

    assertThat(first.sent()).isEqualTo(50);
    assertThat(first.received()).isEqualTo(0.5);
    assertThat(first.p50()).isCloseTo(50, NEARLY);
    assertThat(first.p99()).isCloseTo(99, NEARLY);
    assertThat(first.max()).isCloseTo(100, NEARLY);
    assertThat(second.sent()).isZero();
    assertThat(second.p50()).isNull();
    assertThat(listener.traffic().totals().sent()).isEqualTo(100);
  }

  @Test
  void cancelledMessagesAreNeitherSentNorFailed() {
    listener.sent(InteractionModel.REQUEST, 5, Outcome.cancelled(Phase.AWAIT));

    assertThat(listener.traffic().totals().sent()).isZero();
    assertThat(listener.traffic().totals().failed()).isZero();
  }

  @Test
  void keepsFiveMinutes() {
    for (int i = 0; i < Traffic.HISTORY + 20; i++) {
      listener.sample(SECOND);
    }

    assertThat(listener.traffic().history()).hasSize(Traffic.HISTORY);
  }

  @Test
  void takesTimesOfAnyLength() {
    listener.sent(InteractionModel.REQUEST, Long.MAX_VALUE, Outcome.success());
    listener.sent(InteractionModel.REQUEST, 0, Outcome.success());

    assertThat(listener.sample(SECOND).max()).isCloseTo(120_000, within(2000.0));
  }

  @Test
  void keepsTheLastFailuresWithShortIds() {
    var peer = Identity.generate().id();
    for (int i = 0; i < 5; i++) {
      MessagingException e =
          MessagingException.builder(FailureCode.REJECTED, Phase.AWAIT)
              .peer(peer)
              .peerText("x".repeat(i * 200))
              .build();
      listener.sent(InteractionModel.REQUEST, 1, Outcome.failure(e));
    }

    assertThat(listener.failures().count()).isEqualTo(5);
    assertThat(listener.failures().after(0))
        .extracting(FailureLog.View::id)
        .containsExactly(5L, 4L, 3L);
    assertThat(listener.failures().after(4)).hasSize(1);
    FailureLog.View newest = listener.failures().after(4).get(0);
    assertThat(newest.toString()).doesNotContain(peer.toString());
    assertThat(newest.peerText()).hasSizeLessThan(310);
  }

  @Test
  void countsWhatWasRefused() {
    listener.handshake(false, 1, HandshakeOutcome.BAD_MAC1);
    listener.refused(Refusal.HANDSHAKE);
    listener.handshake(false, 1, HandshakeOutcome.OK);
    listener.handshake(true, 1, HandshakeOutcome.TIMEOUT);
    listener.refused(Refusal.OVERLOADED);
    listener.refused(Refusal.OVERLOADED);
    listener.received(
        InteractionModel.REQUEST, 1, Outcome.failure(FailureCode.REMOTE_FAILURE, Phase.AWAIT));
    listener.received(InteractionModel.REQUEST, 1, Outcome.cancelled(Phase.AWAIT));

    assertThat(listener.refusals())
        .containsExactlyInAnyOrder(
            new ConsoleListener.Refused("overloaded", 2),
            new ConsoleListener.Refused("handshake_bad_mac1", 1),
            new ConsoleListener.Refused("handler_remote_failure", 1));
  }
}
