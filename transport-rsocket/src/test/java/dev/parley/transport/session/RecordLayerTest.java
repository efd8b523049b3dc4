package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.concat;
import static dev.parley.transport.session.SessionFixture.filled;
import static dev.parley.transport.session.SessionFixture.flip;
import static dev.parley.transport.session.SessionFixture.key;
import static dev.parley.transport.session.SessionFixture.open;
import static dev.parley.transport.session.SessionFixture.openFrame;
import static dev.parley.transport.session.SessionFixture.prefix;
import static dev.parley.transport.session.SessionFixture.sealControl;
import static dev.parley.transport.session.SessionFixture.sealData;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.rsocket.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLayerTest {
  private static final int MAX = 32_768;
  private static final AeadAlgorithm GCM = AeadAlgorithm.AES_256_GCM;

  @ParameterizedTest
  @EnumSource(AeadAlgorithm.class)
  void framesOfARecordComeOutAsTheyWentIn(AeadAlgorithm algorithm) throws Exception {
    RecordSealer sealer = sealer(algorithm, Padding.NONE);
    byte[] record = sealData(sealer, filled(6, 1), filled(300, 2));

    assertThat(record).hasSize(2 + 1 + 3 + 6 + 3 + 300 + 16);
    assertThat(prefix(record)).isEqualTo(record.length - 2);
    assertThat(open(opener(algorithm), record))
        .isEqualTo(
            concat(new byte[] {0, 0, 0, 6}, filled(6, 1), new byte[] {0, 1, 44}, filled(300, 2)));
  }

  @Test
  void recordsLieBehindEachOtherInOneBuffer() throws Exception {
    RecordSealer sealer = sealer(GCM, Padding.NONE);
    byte[] buffer = filled(1_000, 0xEE);
    sealer.begin(buffer, 5);
    Arrays.fill(buffer, sealer.append(10), sealer.append(10) - 3, (byte) 1);
    int first = sealer.seal();
    int second = sealer.seal(new ControlRecord.Ping(3), buffer, first);

    RecordOpener opener = opener(GCM);
    assertThat(open(opener, Arrays.copyOfRange(buffer, 5, first))).hasSize(27);
    assertThat(open(opener, Arrays.copyOfRange(buffer, first, second))).hasSize(13);
    assertThat(buffer[4]).isEqualTo((byte) 0xEE);
  }

  @ParameterizedTest
  @EnumSource(Padding.class)
  void paddedRecordsOpen(Padding padding) throws Exception {
    RecordSealer sealer = sealer(GCM, padding);
    RecordOpener opener = opener(GCM);
    for (int length = 6; length < 400; length++) {
      byte[] record = sealData(sealer, filled(length, length));
      assertThat(openFrame(opener, record)).isEqualTo(filled(length, length));
      assertThat(record.length - 18).isEqualTo(padding.target(4 + length, MAX));
    }
    byte[] ping = sealControl(sealer, new ControlRecord.Ping(5));
    byte[] inner = open(opener, ping);
    assertThat(ControlRecord.decode(inner, 0, inner.length)).isEqualTo(new ControlRecord.Ping(5));
    byte[] largest = filled(RecordFormat.maxFrameBytes(MAX), 9);
    assertThat(openFrame(opener, sealData(sealer, largest))).isEqualTo(largest);
  }

  @Test
  void everyLengthOfTheLargestRecordIsBounded() {
    RecordOpener opener = opener(GCM);
    assertThat(IntStream.rangeClosed(0, 65_535).filter(opener::acceptsLength).summaryStatistics())
        .satisfies(lengths -> assertThat(lengths.getMin()).isEqualTo(17))
        .satisfies(lengths -> assertThat(lengths.getMax()).isEqualTo(MAX + 16))
        .satisfies(lengths -> assertThat(lengths.getCount()).isEqualTo(MAX));
    assertThat(RecordFormat.maxWireBytes(65_519)).isEqualTo(65_537);
    assertThat(faultOf(opener, new byte[18])).isEqualTo(RecordFault.BAD_LENGTH);
  }

  @Test
  void aRecordHoldsWhatFitsAndNoMore() {
    RecordSealer sealer = sealer(GCM, Padding.NONE);
    byte[] buffer = new byte[RecordFormat.maxWireBytes(MAX)];
    assertThat(sealer.fits(6)).isFalse();
    sealer.begin(buffer, 0);
    assertThat(sealer.isEmpty()).isTrue();
    assertThat(sealer.fits(MAX - 4)).isTrue();
    assertThat(sealer.fits(MAX - 3)).isFalse();
    sealer.append(MAX - 20);
    assertThat(sealer.isEmpty()).isFalse();
    assertThat(sealer.fits(13)).isTrue();
    assertThat(sealer.fits(14)).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> sealer.append(14));
    assertThatIllegalArgumentException().isThrownBy(() -> sealer.append(5));
    assertThatIllegalArgumentException().isThrownBy(() -> sealer.append(MAX - 19));
    sealer.append(13);
    assertThat(sealer.seal()).isEqualTo(buffer.length);
    assertThat(sealer.isEmpty()).isTrue();
    assertThatIllegalStateException().isThrownBy(sealer::seal);
  }

  @Test
  void aShortBufferLimitsTheRecord() {
    RecordSealer sealer = sealer(GCM, Padding.BLOCK_64);
    assertThatIllegalArgumentException().isThrownBy(() -> sealer.begin(new byte[27], 0));
    assertThatIllegalArgumentException().isThrownBy(() -> sealer.begin(new byte[100], 73));
    byte[] buffer = new byte[30];
    sealer.begin(buffer, 2);
    assertThat(sealer.fits(6)).isTrue();
    assertThat(sealer.fits(7)).isFalse();
    sealer.append(6);
    assertThat(sealer.seal()).isEqualTo(30);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sealer.seal(new ControlRecord.Ping(1), new byte[255], 0));
  }

  @Test
  void controlRecordsDoNotOvertakeStagedFrames() {
    RecordSealer sealer = sealer(GCM, Padding.NONE);
    byte[] buffer = new byte[512];
    sealer.begin(buffer, 0);
    sealer.append(6);

    assertThatIllegalStateException()
        .isThrownBy(() -> sealer.seal(new ControlRecord.Ping(1), new byte[256], 0));
  }

  @ParameterizedTest
  @EnumSource(AeadAlgorithm.class)
  void everyBitOfARecordIsProtected(AeadAlgorithm algorithm) throws Exception {
    byte[] record = sealData(sealer(algorithm, Padding.NONE), filled(278, 3));
    assertThat(record).hasSize(300);
    assertThat(openFrame(opener(algorithm), record)).hasSize(278);

    for (int bit = 0; bit < 2_400; bit++) {
      assertThat(received(opener(algorithm), flip(record, bit))).as("bit %d", bit).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(AeadAlgorithm.class)
  void everyTruncationOfARecordIsRefused(AeadAlgorithm algorithm) {
    byte[] record = sealData(sealer(algorithm, Padding.NONE), filled(278, 3));

    for (int length = 0; length < 298; length++) {
      byte[] cut = Arrays.copyOf(record, 2 + length);
      assertThat(received(opener(algorithm), cut)).isEqualTo("INCOMPLETE");
      cut[0] = (byte) (length >>> 8);
      cut[1] = (byte) length;
      assertThat(received(opener(algorithm), cut))
          .isEqualTo(length < 17 ? "BAD_LENGTH" : "AUTHENTICATION");
    }
  }

  @Test
  void everyDroppedRecordIsNoticedAtTheNext() throws Exception {
    List<byte[]> records = records(64);
    for (int dropped = 0; dropped < 63; dropped++) {
      List<byte[]> stream = new ArrayList<>(records);
      stream.remove(dropped);
      assertThat(openedUntilRefusal(stream)).isEqualTo(dropped);
    }
  }

  @Test
  void everyRepeatedRecordIsRefused() throws Exception {
    List<byte[]> records = records(64);
    for (int repeated = 0; repeated < 64; repeated++) {
      for (int at = repeated + 1; at <= 64; at++) {
        List<byte[]> stream = new ArrayList<>(records);
        stream.add(at, records.get(repeated));
        assertThat(openedUntilRefusal(stream)).isEqualTo(at);
      }
    }
  }

  @Test
  void everyReorderingIsRefused() throws Exception {
    List<byte[]> records = records(64);
    for (int i = 0; i < 64; i++) {
      for (int j = i + 1; j < 64; j++) {
        List<byte[]> stream = new ArrayList<>(records);
        stream.set(i, records.get(j));
        stream.set(j, records.get(i));
        assertThat(openedUntilRefusal(stream)).isEqualTo(i);
      }
    }
  }

  @Test
  void recordsOfTheOtherDirectionAreRefused() {
    RecordSealer other =
        new RecordSealer(key(GCM, 8), MAX, Padding.NONE, RecordFormat.REKEY_INTERVAL, 0);

    assertThat(faultOf(opener(GCM), sealData(other, new byte[6])))
        .isEqualTo(RecordFault.AUTHENTICATION);
  }

  @Test
  void theFirstRefusalIsFinal() throws Exception {
    byte[] record = sealData(sealer(GCM, Padding.NONE), new byte[6]);
    RecordOpener opener = opener(GCM);

    assertThat(faultOf(opener, flip(record, 99))).isEqualTo(RecordFault.AUTHENTICATION);
    assertThat(faultOf(opener, record)).isEqualTo(RecordFault.DEAD);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 0x7F, 0x80, 0xFF})
  void unknownTypesAreRefused(int type) {
    byte[] record = new byte[2 + 10 + 16];
    record[2] = (byte) type;
    key(GCM, 7).seal(0, new byte[0], record, 2, 10, record, 2);

    assertThat(faultOf(opener(GCM), record)).isEqualTo(RecordFault.BAD_TYPE);
  }

  @Test
  void recordNumbersEnd() throws Exception {
    long last = (1L << 48) - 1;
    RecordSealer sealer =
        new RecordSealer(key(GCM, 7), MAX, Padding.NONE, RecordFormat.REKEY_INTERVAL, last);
    RecordOpener opener = new RecordOpener(key(GCM, 7), MAX, RecordFormat.REKEY_INTERVAL, last);
    assertThat(sealer.isExhausted()).isFalse();

    byte[] record = sealData(sealer, new byte[6]);

    assertThat(openFrame(opener, record)).hasSize(6);
    assertThat(sealer.isExhausted()).isTrue();
    assertThatIllegalStateException().isThrownBy(() -> sealData(sealer, new byte[6]));
    assertThat(faultOf(opener, record)).isEqualTo(RecordFault.EXHAUSTED);
  }

  @Test
  void stagingFramesAllocatesNothing() {
    RecordSealer sealer = sealer(GCM, Padding.NONE);
    byte[] buffer = new byte[RecordFormat.maxWireBytes(MAX)];
    stage(sealer, buffer, 20_000); // let it compile
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();

    long before = threads.getCurrentThreadAllocatedBytes();
    int staged = stage(sealer, buffer, 20_000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(staged).isEqualTo(20_000);
    assertThat(allocated).isLessThan(staged); // less than a byte per frame
  }

  private static int stage(RecordSealer sealer, byte[] buffer, int frames) {
    sealer.begin(buffer, 0);
    int staged = 0;
    while (staged < frames) {
      if (!sealer.fits(32)) {
        sealer.begin(buffer, 0);
      }
      sealer.append(32);
      staged++;
    }
    return staged;
  }

  private static RecordSealer sealer(AeadAlgorithm algorithm, Padding padding) {
    return new RecordSealer(key(algorithm, 7), MAX, padding, RecordFormat.REKEY_INTERVAL, 0);
  }

  private static RecordOpener opener(AeadAlgorithm algorithm) {
    return new RecordOpener(key(algorithm, 7), MAX, RecordFormat.REKEY_INTERVAL, 0);
  }

  private static List<byte[]> records(int count) {
    RecordSealer sealer = sealer(GCM, Padding.NONE);
    return IntStream.range(0, count).mapToObj(i -> sealData(sealer, filled(20, i))).toList();
  }

  private static int openedUntilRefusal(List<byte[]> stream) throws RecordException {
    RecordOpener opener = opener(GCM);
    for (int i = 0; i < stream.size(); i++) {
      try {
        open(opener, stream.get(i));
      } catch (RecordException e) {
        assertThat(e.fault()).isEqualTo(RecordFault.AUTHENTICATION);
        return i;
      }
    }
    return stream.size();
  }

  /** What a connection makes of the bytes: null if a record is accepted. */
  private static String received(RecordOpener opener, byte[] stream) {
    if (stream.length < 2) {
      return "INCOMPLETE";
    }
    int length = prefix(stream);
    if (!opener.acceptsLength(length)) {
      return RecordFault.BAD_LENGTH.name();
    }
    if (length > stream.length - 2) {
      return "INCOMPLETE";
    }
    try {
      opener.open(stream, 2, length, new byte[length], 0);
      return null;
    } catch (RecordException e) {
      return e.fault().name();
    }
  }

  private static RecordFault faultOf(RecordOpener opener, byte[] record) {
    RecordException refused =
        catchThrowableOfType(RecordException.class, () -> open(opener, record));
    assertThat(refused).isNotNull();
    return refused.fault();
  }
}
