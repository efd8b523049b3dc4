package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.filled;
import static dev.parley.transport.session.SessionFixture.key;
import static dev.parley.transport.session.SessionFixture.open;
import static dev.parley.transport.session.SessionFixture.openFrame;
import static dev.parley.transport.session.SessionFixture.sealControl;
import static dev.parley.transport.session.SessionFixture.sealData;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadException;
import dev.parley.transport.crypto.AeadKey;
import dev.parley.transport.rsocket.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RekeyTest {
  private static final int MAX = 32_768;
  private static final int INTERVAL = 65_536;

  @ParameterizedTest
  @EnumSource(AeadAlgorithm.class)
  void keysChangeBeforeEveryMultipleOf65536(AeadAlgorithm algorithm) throws Exception {
    RecordSealer sealer =
        new RecordSealer(key(algorithm, 7), MAX, Padding.NONE, RecordFormat.REKEY_INTERVAL, 0);
    RecordOpener opener = new RecordOpener(key(algorithm, 7), MAX, RecordFormat.REKEY_INTERVAL, 0);

    for (int n = 0; n <= 2 * INTERVAL + 2; n++) {
      byte[] frame = {0, 0, 0, (byte) (n >>> 16), (byte) (n >>> 8), (byte) n};
      byte[] record = sealData(sealer, frame);
      assertThat(openFrame(opener, record)).isEqualTo(frame);
      if (Math.abs(n - INTERVAL) <= 2 || Math.abs(n - 2 * INTERVAL) <= 2 || n <= 2) {
        assertOnlyKeyOpens(algorithm, n / INTERVAL, n, record);
      }
    }
  }

  @Test
  void openersThatDisagreeOnTheIntervalFail() throws Exception {
    AeadAlgorithm algorithm = AeadAlgorithm.AES_256_GCM;
    for (int interval = 6; interval <= 10; interval++) {
      RecordSealer sealer = new RecordSealer(key(algorithm, 7), MAX, Padding.NONE, 8, 0);
      RecordOpener opener = new RecordOpener(key(algorithm, 7), MAX, interval, 0);
      int accepted = 0;
      try {
        for (; accepted < 20; accepted++) {
          open(opener, sealData(sealer, new byte[6]));
        }
      } catch (RecordException e) {
        assertThat(e.fault()).isEqualTo(RecordFault.AUTHENTICATION);
      }
      assertThat(accepted).isEqualTo(interval == 8 ? 20 : Math.min(interval, 8));
    }
  }

  @ParameterizedTest
  @EnumSource(AeadAlgorithm.class)
  void keyUpdateChangesTheKeyBehindItself(AeadAlgorithm algorithm) throws Exception {
    RecordSealer sealer =
        new RecordSealer(key(algorithm, 7), MAX, Padding.BLOCK_64, RecordFormat.REKEY_INTERVAL, 0);
    RecordOpener opener = new RecordOpener(key(algorithm, 7), MAX, RecordFormat.REKEY_INTERVAL, 0);
    assertThat(sealer.recordsSinceRekey()).isZero();
    byte[] before = sealData(sealer, filled(9, 1));
    assertThat(sealer.recordsSinceRekey()).isEqualTo(1);
    byte[] update = sealControl(sealer, new ControlRecord.KeyUpdate());
    assertThat(sealer.recordsSinceRekey()).isZero();
    byte[] after = sealData(sealer, filled(9, 2));

    assertOnlyKeyOpens(algorithm, 0, 0, before);
    assertOnlyKeyOpens(algorithm, 0, 1, update);
    assertOnlyKeyOpens(algorithm, 1, 2, after);
    assertThat(openFrame(opener, before)).isEqualTo(filled(9, 1));
    byte[] inner = open(opener, update);
    assertThat(ControlRecord.decode(inner, 0, inner.length))
        .isEqualTo(new ControlRecord.KeyUpdate());
    assertThat(openFrame(opener, after)).isEqualTo(filled(9, 2));
  }

  @Test
  void keyUpdatesAroundTheIntervalAddToIt() throws Exception {
    AeadAlgorithm algorithm = AeadAlgorithm.AES_256_GCM;
    for (int at = 6; at <= 10; at++) {
      RecordSealer sealer = new RecordSealer(key(algorithm, 7), MAX, Padding.NONE, 8, 0);
      RecordOpener opener = new RecordOpener(key(algorithm, 7), MAX, 8, 0);
      for (int n = 0; n < 20; n++) {
        byte[] record =
            n == at
                ? sealControl(sealer, new ControlRecord.KeyUpdate())
                : sealData(sealer, filled(6, n));
        int generation = n / 8 + (n > at ? 1 : 0);
        assertOnlyKeyOpens(algorithm, generation, n, record);
        assertThat(open(opener, record)).isNotEmpty();
      }
    }
  }

  @Test
  void aMalformedKeyUpdateIsRefused() {
    AeadKey key = key(AeadAlgorithm.AES_256_GCM, 7);
    byte[] record = new byte[2 + 3 + 16];
    record[2] = RecordFormat.CONTROL;
    record[3] = ControlCodec.KEY_UPDATE;
    record[4] = 1;
    key.seal(0, new byte[0], record, 2, 3, record, 2);
    RecordOpener opener = new RecordOpener(key(AeadAlgorithm.AES_256_GCM, 7), MAX, 8, 0);

    assertThatThrownBy(() -> open(opener, record))
        .isInstanceOfSatisfying(
            RecordException.class, e -> assertThat(e.fault()).isEqualTo(RecordFault.BAD_CONTROL));
  }

  /** Of the first four keys, only the one of {@code generation} opens the record. */
  private static void assertOnlyKeyOpens(
      AeadAlgorithm algorithm, int generation, long n, byte[] record) {
    AeadKey key = key(algorithm, 7);
    for (int i = 0; i < 4; i++) {
      if (i > 0) {
        key.rekey();
      }
      boolean opened;
      try {
        key.open(n, new byte[0], record, 2, record.length - 2, new byte[record.length], 0);
        opened = true;
      } catch (AeadException e) {
        opened = false;
      }
      assertThat(opened).as("record %d under key %d", n, i).isEqualTo(i == generation);
    }
  }
}
