package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.ALICE;
import static dev.parley.transport.session.SessionFixture.BOB;
import static dev.parley.transport.session.SessionFixture.OPEN;
import static dev.parley.transport.session.SessionFixture.body;
import static dev.parley.transport.session.SessionFixture.flip;
import static dev.parley.transport.session.SessionFixture.options;
import static dev.parley.transport.session.SessionFixture.prefix;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.session.SessionFixture.Pair;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every bit of the three messages flipped, and every truncation, against sides that start from the
 * same seeds, so that the untouched message would be accepted.
 */
@Timeout(300)
class HandshakeTamperingTest {
  private static final int ALICES_SEED = 31;
  private static final int BOBS_SEED = 32;
  private static Pair pair;

  /** What became of a message: null if it was accepted. */
  private record Outcome(String reason, byte[] reply) {
    static final Outcome INCOMPLETE = new Outcome("INCOMPLETE", null);
  }

  @BeforeAll
  static void untouchedMessagesAreAccepted() throws Exception {
    pair =
        SessionFixture.handshake(
            Dial.to(BOB.id()),
            options(ALICE, OPEN, ALICES_SEED).build(),
            options(BOB, OPEN, BOBS_SEED).build());
    assertThat(offerMessage1(pair.message1)).isNull();
    assertThat(offerMessage2(pair.message2)).isNull();
    assertThat(offerMessage3(pair.message3)).isNull();
    assertThat((pair.message1.length + pair.message2.length + pair.message3.length) * 8)
        .isEqualTo(24_576);
  }

  @Test
  void everyBitOfMessage1IsProtected() {
    assertThat(flipAll(pair.message1, HandshakeTamperingTest::offerMessage1))
        .containsExactlyInAnyOrder("BAD_LENGTH", "BAD_MAGIC", "BAD_FLAGS", "BAD_MAC1");
  }

  @Test
  void everyBitOfMessage1IsProtectedFromWhoCanComputeMac1() {
    NetworkKeys keys = new NetworkKeys(OPEN, BOB.id());
    byte[] body = body(pair.message1);
    Set<String> reasons =
        outcomes(
            (body.length - HandshakeWire.NOISE_1_AT) * 8,
            bit -> {
              byte[] changed = flip(body, HandshakeWire.NOISE_1_AT * 8 + bit);
              byte[] mac1 = keys.mac1(changed, changed, HandshakeWire.NOISE_1_AT);
              System.arraycopy(mac1, 0, changed, HandshakeWire.MAC1_AT, mac1.length);
              return outcome(() -> ResponderHandshake.precheck(bob(), changed).message2());
            });

    assertThat(reasons).containsExactly("NOISE_FAILURE");
  }

  @Test
  void everyBitOfMessage2IsProtected() {
    assertThat(flipAll(pair.message2, HandshakeTamperingTest::offerMessage2))
        .containsExactlyInAnyOrder("BAD_LENGTH", "BAD_HEADER", "NOISE_FAILURE");
  }

  @Test
  void everyBitOfMessage3IsProtected() {
    // A flipped length may be another legal one, for which there are not enough bytes.
    assertThat(flipAll(pair.message3, HandshakeTamperingTest::offerMessage3))
        .containsExactlyInAnyOrder("BAD_LENGTH", "INCOMPLETE", "NOISE_FAILURE");
  }

  @Test
  void everyTruncationIsRefused() {
    assertThat(truncateAll(pair.message1, HandshakeTamperingTest::offerMessage1))
        .containsExactlyInAnyOrder("INCOMPLETE", "BAD_LENGTH");
    // Eight bytes of the answer are as long as a REJECT, and none.
    assertThat(truncateAll(pair.message2, HandshakeTamperingTest::offerMessage2))
        .containsExactlyInAnyOrder("INCOMPLETE", "BAD_LENGTH", "BAD_HEADER");
    assertThat(truncateAll(pair.message3, HandshakeTamperingTest::offerMessage3))
        .containsExactlyInAnyOrder("INCOMPLETE", "BAD_LENGTH");
  }

  @Test
  void longerMessagesAreRefused() {
    assertThat(offer(extended(pair.message1, 1407), HandshakeTamperingTest::offerMessage1))
        .isEqualTo("BAD_LENGTH");
    assertThat(offer(extended(pair.message2, 1407), HandshakeTamperingTest::offerMessage2))
        .isEqualTo("BAD_LENGTH");
    for (int length : new int[] {510, 1022, 2046}) {
      assertThat(offer(extended(pair.message3, length), HandshakeTamperingTest::offerMessage3))
          .isEqualTo("NOISE_FAILURE");
    }
  }

  @Test
  void messagesInTheWrongPlaceAreRefused() {
    List<byte[]> messages = List.of(pair.message1, pair.message2, pair.message3);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        if (i != j) {
          byte[] body = body(messages.get(j));
          Outcome outcome = i == 0 ? step1(body) : i == 1 ? step2(body) : step3(body);
          assertThat(outcome).as("message %d in place of %d", j + 1, i + 1).isNotNull();
          assertThat(outcome.reply()).isNull();
        }
      }
    }
  }

  private static Set<String> flipAll(byte[] unit, Function<byte[], Outcome> to) {
    return outcomes(unit.length * 8, bit -> to.apply(flip(unit, bit)));
  }

  /** Cuts the stream short, with the old length prefix and with one that fits what is left. */
  private static Set<String> truncateAll(byte[] unit, Function<byte[], Outcome> to) {
    Set<String> reasons = new TreeSet<>();
    reasons.addAll(outcomes(unit.length, length -> to.apply(Arrays.copyOf(unit, length))));
    reasons.addAll(
        outcomes(
            unit.length - 2,
            length ->
                to.apply(
                    HandshakeWire.unit(new byte[0], Arrays.copyOfRange(unit, 2, 2 + length)))));
    return reasons;
  }

  private static Set<String> outcomes(int count, IntFunction<Outcome> offer) {
    Set<String> reasons = new ConcurrentSkipListSet<>();
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              Outcome outcome = offer.apply(i);
              assertThat(outcome).as("variation %d", i).isNotNull();
              assertThat(outcome.reply()).as("reply to variation %d", i).isNull();
              reasons.add(outcome.reason());
            });
    return reasons;
  }

  private static String offer(byte[] unit, Function<byte[], Outcome> to) {
    Outcome outcome = to.apply(unit);
    return outcome == null ? "accepted" : outcome.reason();
  }

  private static byte[] extended(byte[] unit, int length) {
    return HandshakeWire.unit(new byte[0], Arrays.copyOf(body(unit), length));
  }

  private static Outcome offerMessage1(byte[] stream) {
    return offer(stream, length -> length == 1406, HandshakeTamperingTest::step1);
  }

  private static Outcome offerMessage2(byte[] stream) {
    return offer(stream, length -> length == 1406 || length == 8, HandshakeTamperingTest::step2);
  }

  private static Outcome offerMessage3(byte[] stream) {
    return offer(stream, HandshakeWire::isLength3, HandshakeTamperingTest::step3);
  }

  /** What a connection does: wait for the prefix, judge it, wait for the body, pass it on. */
  private static Outcome offer(byte[] stream, IntPredicate legal, Function<byte[], Outcome> step) {
    if (stream.length < 2) {
      return Outcome.INCOMPLETE;
    }
    int length = prefix(stream);
    if (!legal.test(length)) {
      return new Outcome("BAD_LENGTH", null);
    }
    if (stream.length - 2 < length) {
      return Outcome.INCOMPLETE;
    }
    return step.apply(Arrays.copyOfRange(stream, 2, 2 + length));
  }

  private static Outcome step1(byte[] body) {
    return outcome(() -> ResponderHandshake.precheck(bob(), body));
  }

  private static Outcome step2(byte[] body) {
    InitiatorHandshake dialling =
        InitiatorHandshake.start(Dial.to(BOB.id()), options(ALICE, OPEN, ALICES_SEED).build());
    dialling.message1();
    return outcome(() -> dialling.readMessage2(body));
  }

  private static Outcome step3(byte[] body) {
    return outcome(
        () -> {
          ResponderHandshake listening = ResponderHandshake.precheck(bob(), body(pair.message1));
          listening.message2();
          listening.readMessage3(body);
        });
  }

  private static SessionOptions bob() {
    return options(BOB, OPEN, BOBS_SEED).build();
  }

  private interface Attempt {
    void run() throws HandshakeRefusedException;
  }

  private static Outcome outcome(Attempt attempt) {
    try {
      attempt.run();
      return null;
    } catch (HandshakeRefusedException e) {
      return new Outcome(e.reason().name(), e.reply());
    }
  }
}
