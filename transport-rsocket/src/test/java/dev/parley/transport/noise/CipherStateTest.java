package dev.parley.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadException;
import dev.parley.transport.crypto.AeadProviders;
import org.junit.jupiter.api.Test;

class CipherStateTest {

  private static final byte[] NO_AD = {};
  private static final byte[] KEY = Handshakes.bytes(7, 32);

  private static CipherState state() {
    AeadAlgorithm algorithm = AeadAlgorithm.AES_256_GCM;
    return new CipherState(AeadProviders.select(algorithm), algorithm);
  }

  private static CipherState keyed() {
    CipherState state = state();
    state.initializeKey(KEY);
    return state;
  }

  private static byte[] encrypt(CipherState state) {
    byte[] out = new byte[4 + state.overhead()];
    state.encryptWithAd(NO_AD, new byte[4], 0, 4, out, 0);
    return out;
  }

  private static void decrypt(CipherState state, byte[] sealed) throws AeadException {
    state.decryptWithAd(NO_AD, sealed, 0, sealed.length, new byte[4], 0);
  }

  @Test
  void copiesWhileThereIsNoKey() {
    assertThat(state().hasKey()).isFalse();
    assertThat(encrypt(state())).isEqualTo(new byte[4]);
  }

  @Test
  void countsSuccessesOnly() throws AeadException {
    CipherState sender = keyed();
    CipherState receiver = keyed();
    byte[] first = encrypt(sender);
    byte[] second = encrypt(sender);

    assertThatExceptionOfType(AeadException.class).isThrownBy(() -> decrypt(receiver, second));
    decrypt(receiver, first);
    decrypt(receiver, second);
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void stopsBeforeTheReservedCounter() {
    CipherState state = keyed();
    state.setNonce(-2L);
    encrypt(state);

    assertThatIllegalStateException()
        .isThrownBy(() -> encrypt(state))
        .withMessage("counter is exhausted");
  }

  @Test
  void rekeyKeepsTheCounter() throws AeadException {
    CipherState sender = keyed();
    CipherState receiver = keyed();
    decrypt(receiver, encrypt(sender));
    sender.rekey();
    byte[] sealed = encrypt(sender);

    assertThatExceptionOfType(AeadException.class).isThrownBy(() -> decrypt(receiver, sealed));
    receiver.rekey();
    decrypt(receiver, sealed);
  }
}
