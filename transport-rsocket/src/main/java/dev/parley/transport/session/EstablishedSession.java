package dev.parley.transport.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.AgentId;
import dev.parley.NetworkId;
import dev.parley.carrier.InstanceId;
import dev.parley.transport.crypto.AeadKey;
import dev.parley.transport.noise.HandshakeState;
import dev.parley.transport.noise.Role;
import dev.parley.transport.noise.SessionKeys;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The outcome of a handshake: a proven peer, agreed limits, and the keys of both directions.
 *
 * <p>The keys are Noise's Split: the first protects records of the initiator, the second records of
 * the responder. With h the handshake hash,
 *
 * <pre>
 * sessionId       = HKDF-SHA256(salt = "", ikm = h, info = "parley sid", 16)
 * exporter(label) = HKDF-SHA256(salt = "", ikm = h, info = label in UTF-8, 32)
 * </pre>
 *
 * <p>h is not secret, so both are names of the session, not keys. Everything but {@link #sealer()},
 * {@link #opener()} and {@link #destroy()} is immutable and thread-safe.
 */
public final class EstablishedSession {
  private static final String HMAC = "HmacSHA256";
  private static final int SESSION_ID_BYTES = 16;
  private static final int EXPORT_BYTES = 32;

  private final SessionFacts facts;
  private final byte[] handshakeHash;
  private final AeadKey sealKey;
  private final AeadKey openKey;
  private final RecordSealer sealer;
  private final RecordOpener opener;

  private EstablishedSession(
      SessionFacts facts,
      byte[] handshakeHash,
      AeadKey sealKey,
      AeadKey openKey,
      SessionOptions options) {
    this.facts = facts;
    this.handshakeHash = handshakeHash;
    this.sealKey = sealKey;
    this.openKey = openKey;
    long interval = options.rekeyInterval();
    this.sealer = new RecordSealer(sealKey, maxRecordBytes(), options.padding(), interval, 0);
    this.opener = new RecordOpener(openKey, maxRecordBytes(), interval, 0);
  }

  /** Takes the keys out of a complete handshake, which is of no further use. */
  static EstablishedSession establish(
      HandshakeState noise, SessionFacts facts, SessionOptions options) {
    byte[] handshakeHash = noise.handshakeHash();
    SessionKeys keys = noise.split();
    try {
      Role self = facts.isInitiator() ? Role.INITIATOR : Role.RESPONDER;
      return new EstablishedSession(
          facts, handshakeHash, keys.sealer(self), keys.opener(self), options);
    } finally {
      keys.destroy();
    }
  }

  /** Returns whether this side dialled. */
  public boolean isInitiator() {
    return facts.isInitiator();
  }

  /** Returns the agent whose key the handshake proved. */
  public AgentId peer() {
    return facts.peer();
  }

  /** Returns the network that both sides are members of. */
  public NetworkId network() {
    return facts.network();
  }

  /** Returns the suite of the handshake and the records. */
  public Suite suite() {
    return facts.suite();
  }

  /** Returns whether the initiator said that the bytes pass through a relay; both sides agree. */
  public boolean relayed() {
    return facts.relayed();
  }

  /**
   * Returns whether the initiator only checks the address: the session carries no messages, and
   * takes the place of no other.
   */
  public boolean check() {
    return facts.check();
  }

  /** Returns the peer's process; {@link InstanceId#UNKNOWN} if it did not say. */
  public InstanceId peerInstance() {
    return facts.peerInstance();
  }

  /** Returns what the peer offers, a bit for each service; unknown bits are to be ignored. */
  public int peerRoles() {
    return facts.peerRoles();
  }

  /** Returns what this side announced that it is willing to receive. */
  public SessionLimits localLimits() {
    return facts.localLimits();
  }

  /** Returns what the peer announced in the handshake; later control records may restate it. */
  public SessionLimits peerLimits() {
    return facts.peerLimits();
  }

  /** Returns the largest plaintext of a record in both directions: the smaller announcement. */
  public int maxRecordBytes() {
    return Math.min(facts.localLimits().maxRecordBytes(), facts.peerLimits().maxRecordBytes());
  }

  /** Returns the feature bits that both sides announced. */
  public long features() {
    return facts.features();
  }

  /** Returns how far the peer's clock was ahead when its message was read; informational. */
  public Duration peerClockSkew() {
    return Duration.ofMillis(facts.skewMs());
  }

  /** Returns the 16 random bytes with which the initiator named its dial. */
  public byte[] dialNonce() {
    return facts.dialNonce().clone();
  }

  /** Returns what the initiator presented as credentials; empty if nothing. */
  public byte[] credentials() {
    return facts.credentials().clone();
  }

  /** Returns the 16 bytes that name this session on both sides. */
  public byte[] sessionId() {
    return Arrays.copyOf(hkdf("parley sid"), SESSION_ID_BYTES);
  }

  /**
   * Returns 32 bytes that depend on this session and {@code label}, the same on both sides.
   *
   * <p>They identify, they do not protect. Labels that start with {@code parley} are reserved.
   */
  public byte[] exporter(String label) {
    return hkdf(label);
  }

  /**
   * Returns the handshake hash, which covers every byte of the handshake; a signature over it is
   * bound to this session (Noise revision 34, section 11.2).
   */
  public byte[] channelBinding() {
    return handshakeHash.clone();
  }

  /** Returns the only sealer of this side's direction; confined to one thread at a time. */
  public RecordSealer sealer() {
    return sealer;
  }

  /** Returns the only opener of the peer's direction; confined to one thread at a time. */
  public RecordOpener opener() {
    return opener;
  }

  /** Erases the keys; idempotent. Sealer and opener fail afterwards. */
  public void destroy() {
    sealKey.destroy();
    openKey.destroy();
  }

  /** HKDF of RFC 5869 with one block of output. */
  private byte[] hkdf(String info) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(new byte[EXPORT_BYTES], HMAC));
      byte[] prk = mac.doFinal(handshakeHash);
      mac.init(new SecretKeySpec(prk, HMAC));
      mac.update(info.getBytes(UTF_8));
      return mac.doFinal(new byte[] {1});
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is missing from this Java runtime", e);
    }
  }
}
