package dev.parley;

import dev.parley.keys.PassphraseKdf;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import javax.security.auth.Destroyable;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * An agent's key pair: what a node needs to speak as that agent.
 *
 * <p>The one Ed25519 seed (RFC 8032) serves two uses. {@link #sign} signs domain-separated messages
 * only, never bytes as a peer chose them; {@link #agreementKey} is the X25519 scalar that belongs
 * to {@link AgentId#x25519PublicKey()}. That joint use is sound because no signature ever covers
 * the form of a handshake (Thormarker, "On using the same key pair for Ed25519 and an X25519 based
 * KEM", 2021).
 *
 * <p>{@link #destroy()} overwrites the seed that this object holds. It is best effort: the garbage
 * collector may have moved the array and left a copy behind. Safe for use by many threads.
 */
public final class Identity implements Destroyable {
  /** Length of the secret seed in bytes. */
  public static final int SEED_LENGTH = 32;

  private final AgentId id;
  private final byte[] publicKey;
  private final byte[] seed; // guarded by this
  private boolean destroyed; // guarded by this

  private Identity(byte[] ownSeed) {
    seed = ownSeed;
    publicKey = new byte[AgentId.LENGTH];
    Ed25519.generatePublicKey(ownSeed, 0, publicKey, 0);
    id = AgentId.of(publicKey);
  }

  /** A new identity from the platform's strongest default randomness. */
  public static Identity generate() {
    return generate(new SecureRandom());
  }

  /** A new identity from {@code random}. */
  public static Identity generate(SecureRandom random) {
    byte[] seed = new byte[SEED_LENGTH];
    random.nextBytes(seed);
    return new Identity(seed);
  }

  /**
   * The identity with this 32-byte seed, which is copied; the caller's array stays the caller's to
   * erase.
   *
   * @throws IllegalArgumentException if {@code seed} does not have 32 bytes
   */
  public static Identity fromSeed(byte[] seed) {
    Objects.requireNonNull(seed, "seed");
    if (seed.length != SEED_LENGTH) {
      throw new IllegalArgumentException(
          "a seed has " + SEED_LENGTH + " bytes, these are " + seed.length);
    }
    return new Identity(seed.clone());
  }

  /**
   * The identity in an unencrypted file, as {@link #save(Path)} or {@code openssl genpkey
   * -algorithm ED25519} writes it. See {@link #load(Path, char[])} for the checks.
   *
   * @throws IdentityFileException if there is no such file, it is not private, it is encrypted, or
   *     its content is not an identity
   */
  public static Identity load(Path file) {
    return IdentityFile.load(Objects.requireNonNull(file, "file"), null);
  }

  /**
   * The identity in a file, encrypted with {@code passphrase} or not at all.
   *
   * <p>Reads PKCS#8 in PEM with an Ed25519 key (RFC 8410, also version 2 with the public key
   * attached), and its encryption by PBES2: scrypt up to 256 MiB, or PBKDF2 with HMAC-SHA-256 or
   * HMAC-SHA-512 up to 10 million iterations, each with AES-256-CBC. Files by {@code openssl
   * genpkey} and {@code openssl pkcs8 -topk8} are of that kind.
   *
   * <p>The file is refused if others may have read or changed it, by the rule of {@link
   * SecretFile}, or if it has more than 16 KiB. If there is a file of the same name plus {@code
   * .pub}, its id must be that of the key. On file systems without POSIX permissions owner and
   * access are not checked.
   *
   * <p>Blocks for as long as the passphrase takes, half a second or so: not for an event loop.
   *
   * @param passphrase 1 to 1024 characters, neither kept nor changed; the caller erases it
   * @throws IdentityFileException if there is no such file, it is not private, the passphrase is
   *     wrong, or its content is not an identity
   */
  public static Identity load(Path file, char[] passphrase) {
    Objects.requireNonNull(passphrase, "passphrase");
    return IdentityFile.load(Objects.requireNonNull(file, "file"), passphrase);
  }

  /**
   * Writes this identity, unencrypted, to a new file that only its owner can read, and its id to
   * another with {@code .pub} appended to the name.
   *
   * <p>Neither file may exist: an identity is never overwritten, since a lost key cannot be had
   * again. Missing directories are created for the owner alone. The file appears whole and synced
   * to the disk, or not at all. On file systems without POSIX permissions the access control list
   * is set to the owner alone, where there is one.
   *
   * @throws IdentityFileException if a file exists or cannot be written
   * @throws IllegalStateException if destroyed
   */
  public void save(Path file) {
    save(file, null, PassphraseKdf.Cost.DEFAULT, new SecureRandom());
  }

  /**
   * Writes this identity as {@link #save(Path)} does, but encrypted: PBES2 with scrypt (N=2^14,
   * r=8, p=8: 16 MiB of heap for about half a second) and AES-256-CBC.
   *
   * <p>OpenSSL reads the file: it caps the memory of scrypt at 32 MiB, hence these parameters.
   *
   * @param passphrase 1 to 1024 characters, used as UTF-8, neither kept nor changed; the caller
   *     erases it
   * @throws IdentityFileException if a file exists or cannot be written
   * @throws IllegalStateException if destroyed
   */
  public void save(Path file, char[] passphrase) {
    Objects.requireNonNull(passphrase, "passphrase");
    save(file, passphrase, PassphraseKdf.Cost.DEFAULT, new SecureRandom());
  }

  void save(Path file, char @Nullable [] passphrase, PassphraseKdf.Cost cost, SecureRandom random) {
    Objects.requireNonNull(file, "file");
    byte[] key = copySeed();
    try {
      IdentityFile.save(file, key, id, passphrase, cost, random);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** The public half. */
  public AgentId id() {
    return id;
  }

  /**
   * The Ed25519 signature over {@code "parley-sig/1" 00 purpose 00 data}; {@link AgentId#verify}
   * checks it. Each kind of statement has its own purpose, so that a signature made for one cannot
   * be shown as another.
   *
   * @param purpose what the signature is for: 1 to 64 visible ASCII characters
   * @return 64 bytes
   * @throws IllegalArgumentException if {@code purpose} is not of that form
   * @throws IllegalStateException if destroyed
   */
  public byte[] sign(String purpose, byte[] data) {
    byte[] message = SignedMessage.encode(purpose, data);
    byte[] key = copySeed();
    try {
      byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
      Ed25519.sign(key, 0, publicKey, 0, message, 0, message.length, signature, 0);
      return signature;
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * The clamped X25519 private scalar of this agent, for a transport's handshake: {@code
   * clamp(SHA-512(seed)[0..31])}. {@code X25519(agreementKey(), 9)} equals {@code
   * id().x25519PublicKey()}.
   *
   * <p>The caller owns the returned array and overwrites it after use. Whoever holds these bytes
   * can impersonate the agent on a link.
   *
   * @return 32 bytes
   * @throws IllegalStateException if destroyed
   */
  public byte[] agreementKey() {
    byte[] key = copySeed();
    byte[] digest = sha512(key);
    try {
      byte[] scalar = Arrays.copyOf(digest, X25519.SCALAR_SIZE);
      X25519.clampPrivateKey(scalar);
      return scalar;
    } finally {
      Arrays.fill(key, (byte) 0);
      Arrays.fill(digest, (byte) 0);
    }
  }

  private static byte[] sha512(byte[] input) {
    try {
      return MessageDigest.getInstance("SHA-512").digest(input);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform in use has SHA-512", e);
    }
  }

  /** A copy, so that a concurrent {@link #destroy()} cannot make half a key sign. */
  private synchronized byte[] copySeed() {
    if (destroyed) {
      throw new IllegalStateException("identity " + id.toShortString() + " is destroyed");
    }
    return seed.clone();
  }

  /** Overwrites the seed; signing and key agreement then fail. Idempotent. */
  @Override
  public synchronized void destroy() {
    destroyed = true;
    Arrays.fill(seed, (byte) 0);
  }

  /** Whether {@link #destroy()} has run. */
  @Override
  public synchronized boolean isDestroyed() {
    return destroyed;
  }

  /** The short form of the public id; no key material. */
  @Override
  public String toString() {
    return "Identity[" + id.toShortString() + "]";
  }
}
