package dev.parley.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.Network;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AgentRecordTest {
  private static final int LIFETIME_AT = 1 + 1 + 32 + 8;
  private static final int COUNT_AT = LIFETIME_AT + 4;
  private static final IpEndpoint IP = IpEndpoint.v4(0xc0000201, 7400);

  private final RecordVerifier verifier = RecordVerifier.ed25519();
  private final AgentRecord record = Samples.record(1_000_000, IP);

  @Test
  void keepsTheBytesThatArrived() {
    SplittableRandom random = new SplittableRandom(1);
    Samples samples = new Samples(random);
    for (int i = 0; i < 500; i++) {
      AgentRecord sample = samples.record();

      AgentRecord read = AgentRecord.decode(Samples.NETWORK, sample.toBytes());

      assertThat(read).isEqualTo(sample);
      assertThat(read.addresses()).isEqualTo(sample.addresses());
      assertThat(read.toBytes()).isEqualTo(sample.toBytes());
    }
  }

  @Test
  void verifiesOnlyWhatItsOwnerSigned() {
    assertThat(verifier.verify(record)).isTrue();
    for (int at = 34; at < record.length(); at++) {
      byte[] bytes = record.toBytes();
      bytes[at] ^= 1;
      try {
        assertThat(verifier.verify(AgentRecord.decode(Samples.NETWORK, bytes))).isFalse();
      } catch (DhtFormatException e) {
        assertThat(at).isLessThan(record.length() - AgentRecord.SIGNATURE_LENGTH);
      }
    }
  }

  @Test
  void isWorthNothingInAnotherNetwork() {
    AgentRecord moved = AgentRecord.decode(Network.open("other").id(), record.toBytes());

    assertThat(verifier.verify(moved)).isFalse();
    assertThat(moved.place(0)).isNotEqualTo(record.place(0));
  }

  @Test
  void doesNotVerifyUnderAKeyThatIsNoAgents() {
    byte[] bytes = record.toBytes();
    Arrays.fill(bytes, 2, 34, (byte) 0xff);

    assertThat(verifier.verify(AgentRecord.decode(Samples.NETWORK, bytes))).isFalse();
  }

  @Test
  void countsItsLifetimeFromTheSignedTime() {
    assertThat(record.expiresAtMillis()).isEqualTo(1000 + Duration.ofHours(24).toMillis());
  }

  @Test
  void ordersBySequenceThenBytes() {
    AgentRecord other = Samples.record(1_000_000, IP.withPort(7401));
    AgentRecord newer = Samples.record(1_000_001, IP);

    assertThat(record.compareVersion(newer)).isNegative();
    assertThat(record.compareVersion(other)).isNegative();
    assertThat(other.compareVersion(record)).isPositive();
    assertThat(record.compareVersion(record)).isZero();
  }

  @Test
  void isATombstoneWithoutAddresses() {
    AgentRecord gone = Samples.record(5);

    assertThat(gone.isTombstone()).isTrue();
    assertThat(record.isTombstone()).isFalse();
    assertThat(verifier.verify(gone)).isTrue();
  }

  @Test
  void refusesOtherForms() {
    refuses(with(0, 2), "record version is 2, must be 1..1");
    refuses(with(1, 4), "record flags is 4, must be 0..3");
    refuses(with(1, 1), "a record has addresses, a tombstone has none");
    refuses(with(COUNT_AT, 9), "addresses of a record is 9, must be 0..8");
    refuses(with(COUNT_AT + 1, 5), "address type 5 is unknown");
    refuses(with(LIFETIME_AT, 0x7f), "lifetime of a record is 2130792832 s, must be 300..172800");
    refuses(with(34, 0x80), "sequence of a record must be 1 or more");
    refuses(
        Arrays.copyOf(record.toBytes(), record.length() - 1), "the message ends within a field");
    refuses(Arrays.copyOf(record.toBytes(), record.length() + 1), "1 bytes follow the message");
    refuses(new byte[1025], "record has 1025 bytes, must be at most 1024");
  }

  @Test
  void keepsEvenExtensionsAndRefusesOddOrUnsortedOnes() {
    byte[] even = withExtensions(2, 0, 1, 7, 4, 0, 0);

    assertThat(AgentRecord.decode(Samples.NETWORK, even).toBytes()).isEqualTo(even);
    refuses(withExtensions(3, 0, 0), "record has extension 3, which must be understood");
    refuses(withExtensions(4, 0, 0, 2, 0, 0), "extensions of a record are not in ascending order");
    refuses(withExtensions(2, 0, 9, 1), "an extension is longer than all of them");
  }

  @Test
  void refusesTheSameAddressTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Samples.record(1, IP, IP))
        .withMessage("a record names an address twice");
  }

  @Test
  void refusesLifetimesOutOfRange() {
    for (Duration lifetime : List.of(Duration.ofMinutes(4), Duration.ofHours(49))) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  AgentRecord.sign(
                      Samples.NETWORK,
                      Samples.ALICE_KEY,
                      1,
                      lifetime,
                      List.of(IP),
                      false,
                      RecordSigner.of(Samples.ALICE)));
    }
  }

  private byte[] with(int at, int value) {
    byte[] bytes = record.toBytes();
    bytes[at] = (byte) value;
    return bytes;
  }

  private byte[] withExtensions(int... extensions) {
    byte[] bytes = record.toBytes();
    int at = bytes.length - AgentRecord.SIGNATURE_LENGTH;
    byte[] out = Arrays.copyOf(bytes, bytes.length + extensions.length);
    out[at - 1] = (byte) extensions.length;
    for (int i = 0; i < extensions.length; i++) {
      out[at + i] = (byte) extensions[i];
    }
    System.arraycopy(bytes, at, out, at + extensions.length, AgentRecord.SIGNATURE_LENGTH);
    return out;
  }

  private static void refuses(byte[] bytes, String message) {
    assertThatExceptionOfType(DhtFormatException.class)
        .isThrownBy(() -> AgentRecord.decode(Samples.NETWORK, bytes))
        .withMessage(message);
  }
}
