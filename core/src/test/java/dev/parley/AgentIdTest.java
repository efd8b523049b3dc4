package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.parley.keys.Base58;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentIdTest {
  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** Examples of the W3C CCG did:key specification and its test suite: seed, DID. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000000000000000000000000000000000000000000000000000,"
        + "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
    "0000000000000000000000000000000000000000000000000000000000000001,"
        + "did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG",
    "0000000000000000000000000000000000000000000000000000000000000002,"
        + "did:key:z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf",
  })
  void writesTheTextsOfTheDidKeySpecification(String seed, String did) {
    AgentId id = Identity.fromSeed(HexFormat.of().parseHex(seed)).id();

    assertThat(id.toDid()).isEqualTo(did);
    assertThat(AgentId.parse(did)).isEqualTo(id);
    assertThat(AgentId.parse(did.substring("did:key:".length()))).isEqualTo(id);
  }

  @Test
  void textRoundTrips() {
    for (AgentId id : randomIds(500)) {
      assertThat(id.toString()).hasSize(AgentId.TEXT_LENGTH).startsWith("z6Mk");
      assertThat(AgentId.parse(id.toString())).isEqualTo(id).hasSameHashCodeAs(id);
      assertThat(AgentId.of(id.toBytes())).isEqualTo(id);
    }
  }

  @Test
  void shortStringHidesTheMiddle() {
    AgentId id = randomIds(1).get(0);

    assertThat(id.toShortString()).isEqualTo("z6Mk…" + id.toString().substring(42)).hasSize(11);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "z",
        "z6Mk",
        "did:key:",
        "did:key:z6Mk",
        "did:web:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        "DID:KEY:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        "did:key:did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        " z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp\n",
        "Z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW0",
        "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWé",
        "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW",
        "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWpp",
        "z6Mkzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "z6Mk11111111111111111111111111111111111111111111",
        // X25519 and secp256k1 keys of the did:key test suite
        "z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F",
        "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",
      })
  void rejectsTextThatIsNotExactlyAnId(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> AgentId.parse(text));
  }

  /** Eight points of small order, and y coordinates at or above p, each with both sign bits. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000", // neutral
        "0100000000000000000000000000000000000000000000000000000000000080", // -0, non-canonical
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // order 2
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", // -0, non-canonical
        "0000000000000000000000000000000000000000000000000000000000000000", // order 4
        "0000000000000000000000000000000000000000000000000000000000000080", // order 4
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", // order 8
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // order 8
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", // order 8
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", // y = p
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p + 1
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", // y = p + 1
        "0200000000000000000000000000000000000000000000000000000000000000", // not on the curve
      })
  void rejectsSmallOrderAndNonCanonicalKeys(String hex) {
    byte[] key = HexFormat.of().parseHex(hex);

    assertThatIllegalArgumentException().isThrownBy(() -> AgentId.of(key));
    assertThatIllegalArgumentException().isThrownBy(() -> AgentId.parse(textOf(key)));
  }

  @Test
  void rejectsEveryEncodingOfYAtOrAboveTheFieldPrime() {
    for (int excess = 0; excess < 19; excess++) {
      byte[] key = littleEndian(P.add(BigInteger.valueOf(excess)));
      assertThatIllegalArgumentException().isThrownBy(() -> AgentId.of(key));
      key[31] |= (byte) 0x80;
      assertThatIllegalArgumentException().isThrownBy(() -> AgentId.of(key));
    }
  }

  @Test
  void rejectsPointsWithATorsionComponent() {
    for (AgentId id : randomIds(50)) {
      // (x, y) + (0, -1) = (-x, -y): on the curve and canonical, but of order 2 * l
      BigInteger y = y(id);
      byte[] shifted = littleEndian(P.subtract(y));
      shifted[31] |= (byte) (~id.toBytes()[31] & 0x80);

      assertThatIllegalArgumentException().isThrownBy(() -> AgentId.of(shifted));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 33, 64})
  void rejectsAWrongNumberOfBytes(int length) {
    assertThatIllegalArgumentException().isThrownBy(() -> AgentId.of(new byte[length]));
  }

  @Test
  void errorsDoNotRepeatTheInput() {
    String text = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW0";

    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgentId.parse(text))
        .withMessageNotContaining(text.substring(8));
  }

  @Test
  void agreementKeyBelongsToTheMappedId() {
    Random random = new Random(20260101);
    for (int i = 0; i < 200; i++) {
      Identity identity = Identity.fromSeed(bytes(random, 32));
      byte[] expected = new byte[32];
      X25519.scalarMultBase(identity.agreementKey(), 0, expected, 0);

      assertThat(identity.id().x25519PublicKey()).isEqualTo(expected);
    }
  }

  @Test
  void mapFollowsTheFormulaOfRfc7748() {
    for (AgentId id : randomIds(50)) {
      BigInteger y = y(id);
      BigInteger u =
          BigInteger.ONE.add(y).multiply(BigInteger.ONE.subtract(y).mod(P).modInverse(P)).mod(P);

      assertThat(id.x25519PublicKey()).isEqualTo(littleEndian(u));
    }
  }

  @Test
  void flippingTheSignBitGivesADifferentValidIdWithTheSameX25519Key() {
    for (AgentId id : randomIds(200)) {
      byte[] flipped = id.toBytes();
      flipped[31] ^= (byte) 0x80;
      AgentId twin = AgentId.of(flipped);

      assertThat(twin).isNotEqualTo(id);
      assertThat(twin.x25519PublicKey()).isEqualTo(id.x25519PublicKey());
    }
  }

  @Test
  void signatureOfAnIdIsNotValidForItsTwin() {
    Identity identity = Identity.fromSeed(new byte[32]);
    byte[] data = {1, 2, 3};
    byte[] signature = identity.sign("test", data);
    byte[] flipped = identity.id().toBytes();
    flipped[31] ^= (byte) 0x80;

    assertThat(identity.id().verify("test", data, signature)).isTrue();
    assertThat(AgentId.of(flipped).verify("test", data, signature)).isFalse();
  }

  @Test
  void ordersByUnsignedBytes() {
    List<AgentId> ids = randomIds(300);
    List<String> expected = ids.stream().map(i -> hex(i.toBytes())).sorted().toList();

    assertThat(new TreeSet<>(ids).stream().map(i -> hex(i.toBytes())).toList()).isEqualTo(expected);
    assertThat(ids.get(0).compareTo(AgentId.of(ids.get(0).toBytes()))).isZero();
  }

  @Test
  void sharesNoArrayWithItsCaller() {
    byte[] key = randomIds(1).get(0).toBytes();
    AgentId id = AgentId.of(key);
    String text = id.toString();
    byte[] x25519 = id.x25519PublicKey();

    Arrays.fill(key, (byte) 7);
    Arrays.fill(id.toBytes(), (byte) 7);
    Arrays.fill(id.x25519PublicKey(), (byte) 7);

    assertThat(AgentId.of(id.toBytes())).hasToString(text);
    assertThat(id.x25519PublicKey()).isEqualTo(x25519);
  }

  @Test
  void nullIsRefusedAtTheCall() {
    AgentId id = randomIds(1).get(0);

    assertThatNullPointerException().isThrownBy(() -> AgentId.of(null));
    assertThatNullPointerException().isThrownBy(() -> AgentId.parse(null));
    assertThatNullPointerException().isThrownBy(() -> id.verify("p", null, new byte[64]));
    assertThatNullPointerException().isThrownBy(() -> id.verify("p", new byte[0], null));
  }

  /** Seeded mutations of a good text, and random text: an id or an IllegalArgumentException. */
  @Test
  void parserSurvivesRandomInput() {
    Random random = new Random(7400);
    String good = randomIds(1).get(0).toString();
    int accepted = 0;
    for (int i = 0; i < 5_000; i++) {
      String text = mutate(good, random);
      try {
        AgentId id = AgentId.parse(text);
        assertThat(text).endsWith(id.toString());
        accepted++;
      } catch (IllegalArgumentException expected) {
        assertThat(expected).isExactlyInstanceOf(IllegalArgumentException.class);
      }
    }
    // one y in two is on the curve and one point in eight has prime order
    assertThat(accepted).isBetween(20, 1_000);
  }

  private static String mutate(String good, Random random) {
    StringBuilder text = new StringBuilder(good);
    for (int n = 1 + random.nextInt(2); n > 0 && !text.isEmpty(); n--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(8)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, (char) random.nextInt(0x180));
        case 2 -> text.setCharAt(at, (char) random.nextInt(0x10000));
        default -> text.setCharAt(at, good.charAt(random.nextInt(good.length())));
      }
    }
    return text.toString();
  }

  private static List<AgentId> randomIds(int count) {
    Random random = new Random(count);
    return random
        .ints(count)
        .mapToObj(ignored -> Identity.fromSeed(bytes(random, 32)).id())
        .toList();
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String textOf(byte[] key) {
    byte[] bytes = new byte[34];
    bytes[0] = (byte) 0xed;
    bytes[1] = 1;
    System.arraycopy(key, 0, bytes, 2, 32);
    return "z" + Base58.encode(bytes);
  }

  private static BigInteger y(AgentId id) {
    byte[] bytes = id.toBytes();
    bytes[31] &= 0x7f;
    return new BigInteger(1, reverse(bytes));
  }

  private static byte[] littleEndian(BigInteger value) {
    byte[] big = value.toByteArray();
    byte[] bytes = new byte[32];
    for (int i = 0; i < Math.min(32, big.length); i++) {
      bytes[i] = big[big.length - 1 - i];
    }
    return bytes;
  }

  private static byte[] reverse(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
