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

class AgentListingTest {
  private static final int LIFETIME_AT = 1 + 1 + 32 + 8;
  private static final int COUNT_AT = LIFETIME_AT + 4;
  private static final IpEndpoint IP = IpEndpoint.v4(0xc0000201, 7400);

  private final ListingVerifier verifier = ListingVerifier.ed25519();
  private final AgentListing listing = Samples.listing(1_000_000, IP);

  @Test
  void keepsTheBytesThatArrived() {
    SplittableRandom random = new SplittableRandom(1);
    Samples samples = new Samples(random);
    for (int i = 0; i < 500; i++) {
      AgentListing sample = samples.listing();

      AgentListing read = AgentListing.decode(Samples.NETWORK, sample.toBytes());

      assertThat(read).isEqualTo(sample);
      assertThat(read.addresses()).isEqualTo(sample.addresses());
      assertThat(read.toBytes()).isEqualTo(sample.toBytes());
    }
  }

  @Test
  void verifiesOnlyWhatItsOwnerSigned() {
    assertThat(verifier.verify(listing)).isTrue();
    for (int at = 34; at < listing.length(); at++) {
      byte[] bytes = listing.toBytes();
      bytes[at] ^= 1;
      try {
        assertThat(verifier.verify(AgentListing.decode(Samples.NETWORK, bytes))).isFalse();
      } catch (DhtFormatException e) {
        assertThat(at).isLessThan(listing.length() - AgentListing.SIGNATURE_LENGTH);
      }
    }
  }

  @Test
  void isWorthNothingInAnotherNetwork() {
    AgentListing moved = AgentListing.decode(Network.open("other").id(), listing.toBytes());

    assertThat(verifier.verify(moved)).isFalse();
    assertThat(moved.place(0)).isNotEqualTo(listing.place(0));
  }

  @Test
  void doesNotVerifyUnderAKeyThatIsNoAgents() {
    byte[] bytes = listing.toBytes();
    Arrays.fill(bytes, 2, 34, (byte) 0xff);

    assertThat(verifier.verify(AgentListing.decode(Samples.NETWORK, bytes))).isFalse();
  }

  @Test
  void countsItsLifetimeFromTheSignedTime() {
    assertThat(listing.expiresAtMillis()).isEqualTo(1000 + Duration.ofHours(24).toMillis());
  }

  @Test
  void ordersBySequenceThenBytes() {
    AgentListing other = Samples.listing(1_000_000, IP.withPort(7401));
    AgentListing newer = Samples.listing(1_000_001, IP);

    assertThat(listing.compareVersion(newer)).isNegative();
    assertThat(listing.compareVersion(other)).isNegative();
    assertThat(other.compareVersion(listing)).isPositive();
    assertThat(listing.compareVersion(listing)).isZero();
  }

  @Test
  void isATombstoneWithoutAddresses() {
    AgentListing gone = Samples.listing(5);

    assertThat(gone.isTombstone()).isTrue();
    assertThat(listing.isTombstone()).isFalse();
    assertThat(verifier.verify(gone)).isTrue();
  }

  @Test
  void refusesOtherForms() {
    refuses(with(0, 2), "listing version is 2, must be 1..1");
    refuses(with(1, 4), "listing flags is 4, must be 0..3");
    refuses(with(1, 1), "a listing has addresses, a tombstone has none");
    refuses(with(COUNT_AT, 9), "addresses of a listing is 9, must be 0..8");
    refuses(with(COUNT_AT + 1, 5), "address type 5 is unknown");
    refuses(with(LIFETIME_AT, 0x7f), "lifetime of a listing is 2130792832 s, must be 300..172800");
    refuses(with(34, 0x80), "sequence of a listing must be 1 or more");
    refuses(
        Arrays.copyOf(listing.toBytes(), listing.length() - 1), "the message ends within a field");
    refuses(Arrays.copyOf(listing.toBytes(), listing.length() + 1), "1 bytes follow the message");
    refuses(new byte[1025], "listing has 1025 bytes, must be at most 1024");
  }

  @Test
  void keepsEvenExtensionsAndRefusesOddOrUnsortedOnes() {
    byte[] even = withExtensions(2, 0, 1, 7, 4, 0, 0);

    assertThat(AgentListing.decode(Samples.NETWORK, even).toBytes()).isEqualTo(even);
    refuses(withExtensions(3, 0, 0), "listing has extension 3, which must be understood");
    refuses(withExtensions(4, 0, 0, 2, 0, 0), "extensions of a listing are not in ascending order");
    refuses(withExtensions(2, 0, 9, 1), "an extension is longer than all of them");
  }

  @Test
  void refusesTheSameAddressTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Samples.listing(1, IP, IP))
        .withMessage("a listing names an address twice");
  }

  @Test
  void refusesLifetimesOutOfRange() {
    for (Duration lifetime : List.of(Duration.ofMinutes(4), Duration.ofHours(49))) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  AgentListing.sign(
                      Samples.NETWORK,
                      Samples.ALICE_KEY,
                      1,
                      lifetime,
                      List.of(IP),
                      false,
                      ListingSigner.of(Samples.ALICE)));
    }
  }

  private byte[] with(int at, int value) {
    byte[] bytes = listing.toBytes();
    bytes[at] = (byte) value;
    return bytes;
  }

  private byte[] withExtensions(int... extensions) {
    byte[] bytes = listing.toBytes();
    int at = bytes.length - AgentListing.SIGNATURE_LENGTH;
    byte[] out = Arrays.copyOf(bytes, bytes.length + extensions.length);
    out[at - 1] = (byte) extensions.length;
    for (int i = 0; i < extensions.length; i++) {
      out[at + i] = (byte) extensions[i];
    }
    System.arraycopy(bytes, at, out, at + extensions.length, AgentListing.SIGNATURE_LENGTH);
    return out;
  }

  private static void refuses(byte[] bytes, String message) {
    assertThatExceptionOfType(DhtFormatException.class)
        .isThrownBy(() -> AgentListing.decode(Samples.NETWORK, bytes))
        .withMessage(message);
  }
}
