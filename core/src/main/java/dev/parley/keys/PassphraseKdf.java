package dev.parley.keys;

import static dev.parley.keys.KeyFormatException.malformed;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * How a passphrase becomes the 32-byte key of an encrypted key file: scrypt (RFC 7914), or PBKDF2
 * (RFC 8018) as OpenSSL writes it unless told otherwise.
 *
 * <p>The parameters come out of the file, so an instance exists only with parameters whose cost in
 * memory and time is bounded.
 */
public sealed interface PassphraseKdf {
  int KEY_LENGTH = 32;
  int MIN_SALT_LENGTH = 8;
  int MAX_SALT_LENGTH = 64;

  /** The key, in a new array that the caller erases. */
  byte[] derive(byte[] passphrase);

  /** Reads an {@code AlgorithmIdentifier}. */
  static PassphraseKdf read(Der algorithm) throws KeyFormatException {
    Der kind = algorithm.next(Der.OBJECT_ID);
    byte[] id = kind.remaining();
    Der parameters = algorithm.next(Der.SEQUENCE);
    algorithm.requireEnd();
    if (Arrays.equals(id, Scrypt.ID)) {
      return Scrypt.read(parameters);
    }
    if (Arrays.equals(id, Pbkdf2.ID)) {
      return Pbkdf2.read(parameters);
    }
    throw malformed("its passphrase scheme is neither scrypt nor PBKDF2");
  }

  private static byte[] readSalt(Der parameters) throws KeyFormatException {
    byte[] salt = parameters.octets();
    if (salt.length < MIN_SALT_LENGTH || salt.length > MAX_SALT_LENGTH) {
      throw malformed(
          "its salt has "
              + salt.length
              + " bytes, accepted are "
              + MIN_SALT_LENGTH
              + ".."
              + MAX_SALT_LENGTH);
    }
    return salt;
  }

  private static void skipKeyLength(Der parameters) throws KeyFormatException {
    if (parameters.isNext(Der.INTEGER) && parameters.integer(KEY_LENGTH) != KEY_LENGTH) {
      throw malformed("its passphrase scheme does not give a 256-bit key");
    }
  }

  /** The cost of scrypt: {@code n} and {@code r} set the memory, {@code p} multiplies the time. */
  record Cost(int n, int r, int p) {
    /** 16 MiB and about half a second: the work of N=2^17, in memory that OpenSSL grants. */
    public static final Cost DEFAULT = new Cost(1 << 14, 8, 8);

    static final long MAX_MEMORY_BYTES = 256L << 20;
    static final int MAX_N = 1 << 20;
    static final int MAX_R = 64;
    static final int MAX_P = 64;

    /** Most block mixes, counted in units of 128 bytes: 16 times the default. */
    static final long MAX_WORK = 1L << 24;

    public boolean isAcceptable() {
      return n > 1
          && Integer.bitCount(n) == 1
          && n <= MAX_N
          && r >= 1
          && r <= MAX_R
          && p >= 1
          && p <= MAX_P
          && (r > 1 || n < 1 << 16) // RFC 7914 section 2: N < 2^(128 * r / 8)
          && ((long) n + p) * r * 128 <= MAX_MEMORY_BYTES
          && (long) n * r * p <= MAX_WORK;
    }
  }

  /** scrypt of RFC 7914, with the identifier and parameters of its section 7. */
  final class Scrypt implements PassphraseKdf {
    private static final byte[] ID = HexFormat.of().parseHex("2b06010401da47040b");

    private final byte[] salt;
    private final Cost cost;

    public Scrypt(byte[] salt, Cost cost) {
      this.salt = salt;
      this.cost = cost;
    }

    private static Scrypt read(Der parameters) throws KeyFormatException {
      byte[] salt = readSalt(parameters);
      Cost cost =
          new Cost(
              parameters.integer(Cost.MAX_N),
              parameters.integer(Cost.MAX_R),
              parameters.integer(Cost.MAX_P));
      skipKeyLength(parameters);
      parameters.requireEnd();
      if (!cost.isAcceptable()) {
        throw malformed("its scrypt parameters are not valid or ask for over 256 MiB or 2^24 work");
      }
      return new Scrypt(salt, cost);
    }

    public byte[] encode() {
      return Der.element(
          Der.SEQUENCE,
          Der.element(Der.OBJECT_ID, ID),
          Der.element(
              Der.SEQUENCE,
              Der.element(Der.OCTET_STRING, salt),
              Der.integerElement(cost.n()),
              Der.integerElement(cost.r()),
              Der.integerElement(cost.p())));
    }

    @Override
    public byte[] derive(byte[] passphrase) {
      return SCrypt.generate(passphrase, salt, cost.n(), cost.r(), cost.p(), KEY_LENGTH);
    }
  }

  /** PBKDF2 of RFC 8018 with HMAC-SHA-256 or HMAC-SHA-512. */
  final class Pbkdf2 implements PassphraseKdf {
    static final int MAX_ITERATIONS = 10_000_000;
    private static final byte[] ID = HexFormat.of().parseHex("2a864886f70d01050c");
    private static final byte[] HMAC_SHA256 = HexFormat.of().parseHex("2a864886f70d0209");
    private static final byte[] HMAC_SHA512 = HexFormat.of().parseHex("2a864886f70d020b");

    private final byte[] salt;
    private final int iterations;
    private final boolean sha512;

    private Pbkdf2(byte[] salt, int iterations, boolean sha512) {
      this.salt = salt;
      this.iterations = iterations;
      this.sha512 = sha512;
    }

    private static Pbkdf2 read(Der parameters) throws KeyFormatException {
      byte[] salt = readSalt(parameters);
      int iterations = parameters.integer(MAX_ITERATIONS);
      if (iterations < 1) {
        throw malformed("its PBKDF2 iteration count is zero");
      }
      skipKeyLength(parameters);
      boolean sha512 = readHash(parameters);
      parameters.requireEnd();
      return new Pbkdf2(salt, iterations, sha512);
    }

    private static boolean readHash(Der parameters) throws KeyFormatException {
      if (!parameters.isNext(Der.SEQUENCE)) { // the default is SHA-1
        throw malformed("its PBKDF2 uses SHA-1; encrypt it anew: openssl pkcs8 -topk8 -scrypt");
      }
      Der hash = parameters.next(Der.SEQUENCE);
      byte[] id = hash.next(Der.OBJECT_ID).remaining();
      if (hash.isNext(Der.NULL)) {
        hash.next(Der.NULL).requireEnd();
      }
      hash.requireEnd();
      if (Arrays.equals(id, HMAC_SHA512)) {
        return true;
      }
      if (Arrays.equals(id, HMAC_SHA256)) {
        return false;
      }
      throw malformed("its PBKDF2 uses neither SHA-256 nor SHA-512");
    }

    @Override
    public byte[] derive(byte[] passphrase) {
      Digest digest = sha512 ? new SHA512Digest() : SHA256Digest.newInstance();
      PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(digest);
      generator.init(passphrase, salt, iterations);
      return ((KeyParameter) generator.generateDerivedMacParameters(8 * KEY_LENGTH)).getKey();
    }
  }
}
