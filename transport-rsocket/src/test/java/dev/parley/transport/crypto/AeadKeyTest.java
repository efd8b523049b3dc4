package dev.parley.transport.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AeadKeyTest {

  private static final int TAG = AeadAlgorithm.TAG_BYTES;
  private static final byte[] AD = {1, 2, 3};
  private static final byte[] NO_AD = {};

  private final Random random = new Random(17);
  private final byte[] keyBytes = bytes(AeadAlgorithm.KEY_BYTES);

  static Stream<Arguments> everyKind() {
    return Stream.of(AeadAlgorithm.values())
        .flatMap(a -> AeadInternals.providersOf(a).stream().map(p -> Arguments.of(p, a)));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] seal(AeadKey key, long n, byte[] plain) {
    byte[] sealed = new byte[plain.length + TAG];
    assertThat(key.seal(n, AD, plain, 0, plain.length, sealed, 0)).isEqualTo(sealed.length);
    return sealed;
  }

  private static byte[] open(AeadKey key, long n, byte[] sealed) throws AeadException {
    byte[] plain = new byte[sealed.length - TAG];
    assertThat(key.open(n, AD, sealed, 0, sealed.length, plain, 0)).isEqualTo(plain.length);
    return plain;
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void oneKeyOpensWhatItSealedUnderTheSameCounter(AeadProvider provider, AeadAlgorithm algorithm)
      throws AeadException {
    AeadKey key = provider.key(algorithm, keyBytes);

    for (int length : new int[] {0, 1, 15, 16, 17, 63, 64, 65, 1000, 65_519}) {
      byte[] plain = bytes(length);
      byte[] sealed = seal(key, length, plain);
      assertThat(open(key, length, sealed)).isEqualTo(plain);
      assertThat(open(key, length, sealed)).as("opened again").isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void sealsAndOpensInPlaceAtAnOffset(AeadProvider provider, AeadAlgorithm algorithm)
      throws AeadException {
    AeadKey key = provider.key(algorithm, keyBytes);
    byte[] plain = bytes(777);
    byte[] buffer = bytes(1000);
    byte[] around = buffer.clone();
    System.arraycopy(plain, 0, buffer, 100, plain.length);

    key.seal(5, AD, buffer, 100, plain.length, buffer, 100);
    assertThat(Arrays.copyOfRange(buffer, 100, 100 + plain.length + TAG))
        .isEqualTo(seal(provider.key(algorithm, keyBytes), 5, plain));

    key.open(5, AD, buffer, 100, plain.length + TAG, buffer, 100);
    assertThat(Arrays.copyOfRange(buffer, 100, 100 + plain.length)).isEqualTo(plain);
    assertThat(Arrays.copyOf(buffer, 100)).isEqualTo(Arrays.copyOf(around, 100));
    assertThat(Arrays.copyOfRange(buffer, 893, 1000))
        .isEqualTo(Arrays.copyOfRange(around, 893, 1000));
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void refusesEveryFlippedBitAndLeavesNoPlaintext(AeadProvider provider, AeadAlgorithm algorithm) {
    AeadKey key = provider.key(algorithm, keyBytes);
    byte[] plain = bytes(48);
    byte[] sealed = seal(key, 9, plain);

    for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
      byte[] forged = sealed.clone();
      forged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      byte[] out = new byte[plain.length];
      Throwable thrown = catchThrowable(() -> key.open(9, AD, forged, 0, forged.length, out, 0));
      assertThat(thrown).isInstanceOf(AeadException.class).hasMessage("not authentic");
      assertThat(thrown.getStackTrace()).isEmpty();
      assertThat(out).as("bit %d", bit).isEqualTo(new byte[plain.length]);
    }
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void refusesOtherCounterOtherDataAndShortInput(AeadProvider provider, AeadAlgorithm algorithm)
      throws AeadException {
    AeadKey key = provider.key(algorithm, keyBytes);
    byte[] sealed = seal(key, 1, bytes(20));
    byte[] out = new byte[20];

    assertThatExceptionOfType(AeadException.class)
        .isThrownBy(() -> key.open(2, AD, sealed, 0, sealed.length, out, 0));
    assertThatExceptionOfType(AeadException.class)
        .isThrownBy(() -> key.open(1, NO_AD, sealed, 0, sealed.length, out, 0));
    assertThatExceptionOfType(AeadException.class)
        .isThrownBy(() -> key.open(1, AD, sealed, 0, TAG - 1, out, 0));
    assertThat(open(key, 1, sealed)).as("the right one still opens").hasSize(20);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void refusesToSealOneCounterTwiceInARow(AeadProvider provider, AeadAlgorithm algorithm) {
    AeadKey key = provider.key(algorithm, keyBytes);
    byte[] plain = bytes(20);
    seal(key, 3, plain);

    assertThatIllegalStateException().isThrownBy(() -> seal(key, 3, plain));
    assertThat(seal(key, 4, plain)).hasSize(36);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void rekeysBothSidesAlikeAndByTheSpecification(AeadProvider provider, AeadAlgorithm algorithm)
      throws AeadException {
    AeadKey sealer = provider.key(algorithm, keyBytes);
    AeadKey opener = provider.key(algorithm, keyBytes);
    byte[] nonce = new byte[AeadAlgorithm.NONCE_BYTES];
    algorithm.writeNonce(-1L, nonce);
    byte[] next = new byte[AeadAlgorithm.KEY_BYTES + TAG];
    ((NonceAeadKey) provider.key(algorithm, keyBytes))
        .sealWithNonce(nonce, NO_AD, next, 0, AeadAlgorithm.KEY_BYTES, next, 0);
    byte[] nextKey = Arrays.copyOf(next, AeadAlgorithm.KEY_BYTES);
    byte[] plain = bytes(100);

    for (int i = 0; i < 3; i++) {
      sealer.rekey();
      opener.rekey();
      byte[] sealed = seal(sealer, 7, plain);
      assertThat(open(opener, 7, sealed)).isEqualTo(plain);
      if (i == 0) {
        assertThat(sealed).isEqualTo(seal(provider.key(algorithm, nextKey), 7, plain));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void reservesTheLastCounterForRekey(AeadProvider provider, AeadAlgorithm algorithm) {
    AeadKey key = provider.key(algorithm, keyBytes);

    assertThatIllegalArgumentException().isThrownBy(() -> seal(key, -1L, bytes(1)));
    assertThatExceptionOfType(AeadException.class).isThrownBy(() -> open(key, -1L, bytes(TAG)));
    assertThat(seal(key, -2L, bytes(1))).hasSize(17);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void isUselessOnceDestroyed(AeadProvider provider, AeadAlgorithm algorithm) {
    NonceAeadKey key = (NonceAeadKey) provider.key(algorithm, keyBytes);
    byte[] sealed = seal(key, 0, bytes(8));
    catchThrowable(() -> open(key, 0, sealed));

    key.destroy();
    key.destroy();

    assertThat(key.key()).isEqualTo(new byte[AeadAlgorithm.KEY_BYTES]);
    assertThatIllegalStateException().isThrownBy(() -> seal(key, 1, bytes(8)));
    assertThatIllegalStateException().isThrownBy(() -> open(key, 0, sealed));
    assertThatIllegalStateException().isThrownBy(key::rekey);
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void rejectsWrongKeyLengthAndRangesOutsideTheArrays(
      AeadProvider provider, AeadAlgorithm algorithm) {
    AeadKey key = provider.key(algorithm, keyBytes);
    byte[] small = new byte[10];

    assertThatIllegalArgumentException()
        .isThrownBy(() -> provider.key(algorithm, new byte[16]))
        .withMessage("key is 16 bytes, must be 32");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> key.seal(0, AD, small, 0, 10, new byte[25], 0));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> key.seal(0, AD, small, 5, 6, new byte[100], 0));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> key.open(0, AD, new byte[30], 0, 30, new byte[13], 0));
  }

  @ParameterizedTest
  @EnumSource(AeadAlgorithm.class)
  void providersAgreeOnRandomInput(AeadAlgorithm algorithm) {
    for (int i = 0; i < 200; i++) {
      byte[] key = bytes(AeadAlgorithm.KEY_BYTES);
      byte[] plain = bytes(random.nextInt(300));
      long n = random.nextLong() >>> 1;
      assertThat(
              AeadInternals.providersOf(algorithm).stream()
                  .map(p -> seal(p.key(algorithm, key), n, plain)))
          .containsOnly(seal(new JcaAeadProvider().key(algorithm, key), n, plain));
    }
  }

  @Test
  void laysOutTheNonceAsTheSpecificationSays() {
    byte[] nonce = bytes(AeadAlgorithm.NONCE_BYTES);

    AeadAlgorithm.AES_256_GCM.writeNonce(0x0102030405060708L, nonce);
    assertThat(nonce).isEqualTo(Vectors.hex("000000000102030405060708"));

    AeadAlgorithm.CHACHA20_POLY1305.writeNonce(0x0102030405060708L, nonce);
    assertThat(nonce).isEqualTo(Vectors.hex("000000000807060504030201"));
  }
}
