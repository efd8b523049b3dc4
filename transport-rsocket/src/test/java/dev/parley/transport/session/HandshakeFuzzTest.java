package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.ALICE;
import static dev.parley.transport.session.SessionFixture.BOB;
import static dev.parley.transport.session.SessionFixture.OPEN;
import static dev.parley.transport.session.SessionFixture.key;
import static dev.parley.transport.session.SessionFixture.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.transport.crypto.AeadAlgorithm;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Bytes from a fixed seed: whatever arrives, the failure is the typed one. */
class HandshakeFuzzTest {
  private final Random random = new Random(20_260_301);
  private final SessionOptions bob = options(BOB, OPEN, 2).build();

  @Test
  void firstMessagesFromNowhereAreRefused() {
    Set<RefusalReason> reasons = EnumSet.noneOf(RefusalReason.class);
    for (int i = 0; i < 6_000; i++) {
      byte[] body = bytes(i % 2 == 0 ? 1_406 : random.nextInt(3_000));
      if (i % 4 == 0) {
        System.arraycopy(HandshakeWire.MAGIC, 0, body, 0, 4);
        body[5] &= (byte) random.nextInt(4);
      }
      reasons.add(refusal(() -> ResponderHandshake.precheck(bob, body)).reason());
    }
    assertThat(reasons)
        .containsExactlyInAnyOrder(
            RefusalReason.BAD_LENGTH,
            RefusalReason.BAD_MAGIC,
            RefusalReason.BAD_FLAGS,
            RefusalReason.BAD_MAC1);
  }

  @Test
  void firstMessagesUnderARightMac1AreRefused() throws Exception {
    NetworkKeys keys = new NetworkKeys(OPEN, BOB.id());
    for (int i = 0; i < 200; i++) {
      byte[] body = bytes(1_406);
      Suite suite = Suite.values()[random.nextInt(4)];
      System.arraycopy(HandshakeWire.header1(suite, i % 2 == 0), 0, body, 0, 6);
      byte[] mac1 = keys.mac1(body, body, HandshakeWire.NOISE_1_AT);
      System.arraycopy(mac1, 0, body, HandshakeWire.MAC1_AT, mac1.length);

      ResponderHandshake listening = ResponderHandshake.precheck(bob, body);

      assertThat(refusal(listening::message2).reason()).isEqualTo(RefusalReason.NOISE_FAILURE);
    }
  }

  @Test
  void answersFromNowhereAreRefusedOrRejects() {
    int rejects = 0;
    for (int i = 0; i < 200; i++) {
      InitiatorHandshake dialling =
          InitiatorHandshake.start(Dial.to(BOB.id()), options(ALICE, OPEN, 1).build());
      dialling.message1();
      byte[] body = bytes(i % 2 == 0 ? 8 : i % 3 == 0 ? 1_406 : random.nextInt(2_000));
      if (body.length == 8) {
        body[0] = (byte) 0xEE;
        body[1] = (byte) random.nextInt(4);
        body[6] &= (byte) (random.nextInt(8) / 7);
        body[7] = 0;
      }
      Throwable thrown = catchThrowable(() -> dialling.readMessage2(body));
      rejects += thrown == null ? 1 : 0;
      assertThat(thrown == null || thrown instanceof HandshakeRefusedException).isTrue();
    }
    assertThat(rejects).isBetween(10, 90);
  }

  @Test
  void recordsFromNowhereAreRefused() {
    AeadAlgorithm algorithm = AeadAlgorithm.CHACHA20_POLY1305;
    for (int i = 0; i < 6_000; i++) {
      byte[] body = bytes(random.nextInt(200));
      RecordOpener opener =
          new RecordOpener(key(algorithm, 7), 4_096, RecordFormat.REKEY_INTERVAL, 0);
      RecordException refused =
          catchThrowableOfType(
              RecordException.class,
              () -> opener.open(body, 0, body.length, new byte[body.length], 0));
      assertThat(refused.fault())
          .isEqualTo(body.length < 17 ? RecordFault.BAD_LENGTH : RecordFault.AUTHENTICATION);
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static HandshakeRefusedException refusal(ThrowingCallable call) {
    HandshakeRefusedException refused = catchThrowableOfType(HandshakeRefusedException.class, call);
    assertThat(refused).isNotNull();
    assertThat(refused.reply()).isNull();
    return refused;
  }
}
