package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.BOB;
import static dev.parley.transport.session.SessionFixture.OPEN;
import static dev.parley.transport.session.SessionFixture.options;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FirstMessagesTest {
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  private final SplittableRandom random = new SplittableRandom(19);
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7); // the clock may wrap

  private FirstMessages remembering(int capacity) {
    SessionOptions bob = options(BOB, OPEN, 2).clockTolerance(TOLERANCE).build();
    return new FirstMessages(bob, capacity, nanos::get);
  }

  private byte[] message() {
    byte[] body = new byte[64];
    random.nextBytes(body);
    return body;
  }

  private List<byte[]> messages(int count) {
    return IntStream.range(0, count).mapToObj(i -> message()).toList();
  }

  @Test
  void aMessageIsNewOnce() {
    FirstMessages known = remembering(1024);
    List<byte[]> all = messages(500);

    assertThat(all).allMatch(known::add);
    assertThat(all).noneMatch(known::add);
    assertThat(known.size()).isEqualTo(500);
  }

  @Test
  void isRememberedForAsLongAsItWouldBeAccepted() {
    FirstMessages known = remembering(1024);
    byte[] message = message();
    known.add(message);

    nanos.addAndGet(TOLERANCE.toNanos());
    known.add(message());
    nanos.addAndGet(TOLERANCE.toNanos());

    assertThat(known.add(message)).isFalse();
  }

  @Test
  void isForgottenAfterTwiceThatTime() {
    FirstMessages known = remembering(1024);
    byte[] message = message();
    known.add(message);

    nanos.addAndGet(TOLERANCE.multipliedBy(4).toNanos());

    assertThat(known.add(message)).isTrue();
    assertThat(known.size()).isEqualTo(1);
  }

  @Test
  void manyMessagesPushOutTheOldestAndNoNewOne() {
    FirstMessages known = remembering(1000);
    List<byte[]> all = messages(5_000);

    assertThat(all).allMatch(known::add);

    assertThat(known.size()).isLessThanOrEqualTo(1000);
    assertThat(all.subList(4_500, 5_000)).noneMatch(known::add);
    assertThat(known.add(all.get(0))).isTrue();
  }

  @Test
  void whatIsSentAgainPushesOutNothing() {
    FirstMessages known = remembering(1000);
    List<byte[]> all = messages(400);
    assertThat(all).allMatch(known::add);

    for (int i = 0; i < 10_000; i++) {
      known.add(all.get(0));
    }

    assertThat(all).noneMatch(known::add);
  }
}
