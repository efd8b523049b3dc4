package dev.parley.transport.rsocket.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.rsocket.link.Suspicion.Action;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SuspicionTest {
  private final Suspicion suspicion = new Suspicion();
  private long read = -1; // millis

  private boolean asked(long millis) {
    return suspicion.asked(nanos(millis));
  }

  private Action look(long millis) {
    return suspicion.look(nanos(millis), nanos(read));
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private long due() {
    return TimeUnit.NANOSECONDS.toMillis(suspicion.dueNanos());
  }

  @Test
  void aPeerThatAnswersIsNeverAsked() {
    assertThat(asked(0)).isTrue();
    assertThat(asked(1)).isFalse();
    read = 5;

    assertThat(look(1000)).isEqualTo(Action.NONE);

    assertThat(suspicion.isWatching()).isFalse();
  }

  @Test
  void twoSecondsOfSilenceMakeALinkSuspect() {
    asked(0);
    assertThat(due()).isEqualTo(1000);

    assertThat(look(1000)).isEqualTo(Action.PING);
    assertThat(due()).isEqualTo(2000);
    assertThat(look(1999)).isEqualTo(Action.NONE);
    assertThat(look(2000)).isEqualTo(Action.SUSPECT);
    assertThat(due()).isEqualTo(2100);
    assertThat(look(2100)).isEqualTo(Action.NONE);
  }

  /** It has a handler that takes its time. */
  @Test
  void aPeerThatAnswersThePingIsLeftAlone() {
    asked(0);
    look(1000);
    read = 1003;

    assertThat(look(2000)).isEqualTo(Action.NONE);

    assertThat(suspicion.isWatching()).isFalse();
  }

  @Test
  void silenceCountsFromTheLastThatWasAskedWhereSomethingCameBefore() {
    asked(0);
    read = 500;
    asked(700);

    assertThat(look(1000)).isEqualTo(Action.NONE);

    assertThat(due()).isEqualTo(1700);
    assertThat(look(1700)).isEqualTo(Action.PING);
  }

  @Test
  void anyByteEndsTheSuspicion() {
    asked(0);
    look(1000);
    look(2000);
    read = 2150;

    assertThat(look(2200)).isEqualTo(Action.TRUST);

    assertThat(suspicion.isWatching()).isFalse();
    assertThat(asked(2300)).isTrue();
  }

  /** After a pause of this process, what has arrived may not be read yet. */
  @Test
  void aPauseOfThisProcessIsNotThePeersSilence() {
    asked(0);
    look(1000);

    assertThat(look(60_000)).isEqualTo(Action.NONE);
    assertThat(due()).isEqualTo(61_000);
    assertThat(look(61_000)).isEqualTo(Action.SUSPECT);
  }
}
