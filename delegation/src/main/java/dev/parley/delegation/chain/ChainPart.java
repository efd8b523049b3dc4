package dev.parley.delegation.chain;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.NetworkId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A signed statement of a chain: the grant with which it begins, or a delegation that narrows it.
 * Immutable; reading checks its form, not its signature.
 */
public abstract sealed class ChainPart {
  /** The version that is written and read. */
  public static final int VERSION = 1;

  /** The kind of a grant. */
  public static final int GRANT = 0;

  /** The kind of a delegation. */
  public static final int DELEGATION = 1;

  /** Bytes of a SHA-256 digest. */
  public static final int DIGEST_LENGTH = 32;

  /** Bytes of a signature. */
  public static final int SIGNATURE_LENGTH = 64;

  private static final byte[] DIGEST_LABEL = "parley-chain/1".getBytes(StandardCharsets.US_ASCII);

  private final String purpose;
  private final AgentId issuer;
  private final long issuedMillis;
  private final Scope scope;
  private final byte[] signed;
  private final byte[] signature;
  private final byte[] digest;

  /**
   * @param purpose of the signature
   * @param signed what the signature is made over
   */
  private ChainPart(
      String purpose,
      AgentId issuer,
      long issuedMillis,
      Scope scope,
      byte[] signed,
      byte[] signature) {
    if (issuedMillis < 0) {
      throw new IllegalArgumentException("the time is before 1970");
    }
    this.purpose = purpose;
    this.issuer = issuer;
    this.issuedMillis = issuedMillis;
    this.scope = scope;
    this.signed = signed;
    this.signature = signature;
    this.digest = sha256(DIGEST_LABEL, signed, signature);
  }

  private static byte[] sha256(byte[]... pieces) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (byte[] piece : pieces) {
        sha.update(piece);
      }
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Who signed it. */
  public final AgentId issuer() {
    return issuer;
  }

  /** When it was signed by the issuer's clock, in milliseconds since 1970; decides nothing. */
  public final long issuedMillis() {
    return issuedMillis;
  }

  /** Who may do what. */
  public final Scope scope() {
    return scope;
  }

  /** Whether the issuer signed it; some 170 microseconds. */
  public final boolean isSigned() {
    return issuer.verify(purpose, signed, signature);
  }

  /** All its bytes, a copy. */
  public final byte[] bytes() {
    byte[] all = Arrays.copyOf(signed, signed.length + signature.length);
    System.arraycopy(signature, 0, all, signed.length, signature.length);
    return all;
  }

  /**
   * What a delegation of this part names it by, and what its uses and revocation are kept by; a
   * copy.
   */
  public final byte[] digest() {
    return digest.clone();
  }

  /** The beginning of a chain, which the grantor keeps as well. */
  public static final class Grant extends ChainPart {
    private static final String PURPOSE = "grant/1";

    private final NetworkId network;
    private final GrantId id;

    Grant(
        NetworkId network,
        AgentId issuer,
        GrantId id,
        long issuedMillis,
        Scope scope,
        byte[] signature) {
      super(
          PURPOSE,
          issuer,
          issuedMillis,
          scope,
          ChainWriter.grant(network, issuer, id, issuedMillis, scope),
          signature);
      this.network = network;
      this.id = id;
    }

    /** Signs a grant. */
    public static Grant sign(
        Identity grantor, NetworkId network, GrantId id, long issuedMillis, Scope scope) {
      byte[] said = ChainWriter.grant(network, grantor.id(), id, issuedMillis, scope);
      byte[] signature = grantor.sign(PURPOSE, said);
      return new Grant(network, grantor.id(), id, issuedMillis, scope, signature);
    }

    /** The network that it holds in. */
    public NetworkId network() {
      return network;
    }

    /** Its name. */
    public GrantId id() {
      return id;
    }
  }

  /** Passes on a grant or another delegation, narrowed. */
  public static final class Delegation extends ChainPart {
    private static final String PURPOSE = "delegation/1";

    private final byte[] parent;

    Delegation(byte[] parent, AgentId issuer, long issuedMillis, Scope scope, byte[] signature) {
      super(
          PURPOSE,
          issuer,
          issuedMillis,
          scope,
          ChainWriter.delegation(parent, issuer, issuedMillis, scope),
          signature);
      this.parent = parent;
    }

    /**
     * Signs a delegation.
     *
     * @param issuer of whom {@code parent} speaks: an agent, or a bearer's one-time key
     * @param parent what it is of
     */
    public static Delegation sign(
        Identity issuer, ChainPart parent, long issuedMillis, Scope scope) {
      if (scope.audience() instanceof Audience.Anyone) {
        throw new IllegalArgumentException("a delegation names whom it is for");
      }
      byte[] digest = parent.digest();
      byte[] said = ChainWriter.delegation(digest, issuer.id(), issuedMillis, scope);
      byte[] signature = issuer.sign(PURPOSE, said);
      return new Delegation(digest, issuer.id(), issuedMillis, scope, signature);
    }

    /** The digest of what it is of; not to be changed. */
    byte[] parent() {
      return parent;
    }
  }
}
