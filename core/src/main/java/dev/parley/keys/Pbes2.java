package dev.parley.keys;

import static dev.parley.keys.KeyFormatException.malformed;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code EncryptedPrivateKeyInfo} of PKCS#8 with scheme PBES2 (RFC 8018) and AES-256-CBC.
 *
 * <p>CBC has no integrity: a wrong passphrase shows as bad padding or, once in some hundred times,
 * as garbage. Callers check what they get.
 */
public final class Pbes2 {
  private static final int BLOCK_LENGTH = 16;
  private static final int SALT_LENGTH = 16;
  private static final byte[] PBES2 = HexFormat.of().parseHex("2a864886f70d01050d");
  private static final byte[] AES_256_CBC = HexFormat.of().parseHex("60864801650304012a");

  private Pbes2() {}

  public static byte[] encrypt(
      byte[] plain, byte[] passphrase, PassphraseKdf.Cost cost, SecureRandom random) {
    PassphraseKdf.Scrypt kdf = new PassphraseKdf.Scrypt(bytes(random, SALT_LENGTH), cost);
    byte[] iv = bytes(random, BLOCK_LENGTH);
    byte[] key = kdf.derive(passphrase);
    try {
      byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, key, iv).doFinal(plain);
      byte[] aes =
          Der.element(
              Der.SEQUENCE,
              Der.element(Der.OBJECT_ID, AES_256_CBC),
              Der.element(Der.OCTET_STRING, iv));
      return Der.element(
          Der.SEQUENCE,
          Der.element(
              Der.SEQUENCE,
              Der.element(Der.OBJECT_ID, PBES2),
              Der.element(Der.SEQUENCE, kdf.encode(), aes)),
          Der.element(Der.OCTET_STRING, encrypted));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-CBC encrypts any input", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** The plain bytes in a new array, which the caller owns and erases. */
  public static byte[] decrypt(byte[] der, byte[] passphrase) throws KeyFormatException {
    Der outer = Der.reader(der);
    Der info = outer.next(Der.SEQUENCE);
    outer.requireEnd();
    Der algorithm = info.next(Der.SEQUENCE);
    byte[] encrypted = info.octets();
    info.requireEnd();
    if (!algorithm.objectId(PBES2)) {
      throw malformed("its encryption is not PBES2; encrypt it anew: openssl pkcs8 -topk8 -scrypt");
    }
    Der parameters = algorithm.next(Der.SEQUENCE);
    algorithm.requireEnd();
    PassphraseKdf kdf = PassphraseKdf.read(parameters.next(Der.SEQUENCE));
    byte[] iv = readIv(parameters.next(Der.SEQUENCE));
    parameters.requireEnd();
    return decrypt(encrypted, iv, kdf, passphrase);
  }

  private static byte[] readIv(Der cipher) throws KeyFormatException {
    if (!cipher.objectId(AES_256_CBC)) {
      throw malformed("its cipher is not AES-256-CBC");
    }
    byte[] iv = cipher.octets();
    cipher.requireEnd();
    if (iv.length != BLOCK_LENGTH) {
      throw malformed("its initialisation vector has " + iv.length + " bytes, must be 16");
    }
    return iv;
  }

  private static byte[] decrypt(byte[] encrypted, byte[] iv, PassphraseKdf kdf, byte[] passphrase)
      throws KeyFormatException {
    byte[] key = kdf.derive(passphrase);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, iv).doFinal(encrypted);
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      throw wrongPassphrase();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-256-CBC", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  public static KeyFormatException wrongPassphrase() {
    return new KeyFormatException(
        KeyFormatException.Reason.WRONG_PASSPHRASE,
        "the passphrase does not open it (or the file is damaged); try again");
  }

  private static Cipher cipher(int mode, byte[] key, byte[] iv) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
    return cipher;
  }

  private static byte[] bytes(SecureRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
