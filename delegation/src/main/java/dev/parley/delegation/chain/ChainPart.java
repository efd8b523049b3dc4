package dev.parley.delegation.chain;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.NetworkId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;

/**
 * A signed statement of a chain: the grant with which it begins, or a delegation that narrows it.
 * Immutable; reading checks its form, not its signature.
 */
public sealed interface ChainPart {
  /** The version that is written and read. */
  int VERSION = 1;

  /** The kind of a grant. */
  int GRANT = 0;

  /** The kind of a delegation. */
  int DELEGATION = 1;

  /** Bytes of a SHA-256 digest. */
  int DIGEST_LENGTH = 32;

  /** Bytes of a signature. */
  int SIGNATURE_LENGTH = 64;

  /** Who signed it. */
  AgentId issuer();

  /** When it was signed by the issuer's clock, in milliseconds since 1970; decides nothing. */
  long issuedMillis();

  /** Who may do what. */
  Scope scope();

  /** Whether the issuer signed it; some 170 microseconds. */
  boolean isSigned();

  /** All its bytes, a copy. */
  byte[] bytes();

  /** What a delegation of this part names it by, and what its uses and revocation are kept by. */
  default byte[] digest() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update("parley-chain/1".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      return sha.digest(bytes());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static long requireTime(long millis) {
    if (millis < 0) {
      throw new IllegalArgumentException("the time is before 1970");
    }
    return millis;
  }

  private static byte[] joined(byte[] data, byte[] signature) {
    byte[] all = Arrays.copyOf(data, data.length + signature.length);
    System.arraycopy(signature, 0, all, data.length, signature.length);
    return all;
  }

  /** The beginning of a chain, which the grantor keeps as well. */
  final class Grant implements ChainPart {
    private static final String PURPOSE = "grant/1";

    private final NetworkId network;
    private final AgentId issuer;
    private final GrantId id;
    private final long issuedMillis;
    private final Scope scope;
    private final byte[] signature;

    Grant(
        NetworkId network,
        AgentId issuer,
        GrantId id,
        long issuedMillis,
        Scope scope,
        byte[] signature) {
      this.network = network;
      this.issuer = issuer;
      this.id = id;
      this.issuedMillis = requireTime(issuedMillis);
      this.scope = scope;
      this.signature = signature;
    }

    /** Signs a grant. */
    public static Grant sign(
        Identity grantor, NetworkId network, GrantId id, long issuedMillis, Scope scope) {
      Grant open = new Grant(network, grantor.id(), id, issuedMillis, scope, new byte[0]);
      byte[] signature = grantor.sign(PURPOSE, ChainWriter.of(open));
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

    @Override
    public AgentId issuer() {
      return issuer;
    }

    @Override
    public long issuedMillis() {
      return issuedMillis;
    }

    @Override
    public Scope scope() {
      return scope;
    }

    @Override
    public boolean isSigned() {
      return issuer.verify(PURPOSE, ChainWriter.of(this), signature);
    }

    @Override
    public byte[] bytes() {
      return joined(ChainWriter.of(this), signature);
    }
  }

  /** Passes on a grant or another delegation, narrowed. */
  final class Delegation implements ChainPart {
    private static final String PURPOSE = "delegation/1";

    private final byte[] parent;
    private final AgentId issuer;
    private final long issuedMillis;
    private final Scope scope;
    private final byte[] signature;

    Delegation(byte[] parent, AgentId issuer, long issuedMillis, Scope scope, byte[] signature) {
      this.parent = parent;
      this.issuer = issuer;
      this.issuedMillis = requireTime(issuedMillis);
      this.scope = scope;
      this.signature = signature;
    }

    /**
     * Signs a delegation.
     *
     * @param issuer of whom {@code parent} speaks: an agent, or a bearer's one-time key
     * @param parent what it is of
     */
    public static Delegation sign(
        Identity issuer, ChainPart parent, long issuedMillis, Scope scope) {
      Objects.requireNonNull(parent, "parent");
      if (scope.audience() instanceof Audience.Anyone) {
        throw new IllegalArgumentException("a delegation names whom it is for");
      }
      Delegation open =
          new Delegation(parent.digest(), issuer.id(), issuedMillis, scope, new byte[0]);
      byte[] signature = issuer.sign(PURPOSE, ChainWriter.of(open));
      return new Delegation(open.parent, issuer.id(), issuedMillis, scope, signature);
    }

    /** The digest of what it is of; not to be changed. */
    byte[] parent() {
      return parent;
    }

    @Override
    public AgentId issuer() {
      return issuer;
    }

    @Override
    public long issuedMillis() {
      return issuedMillis;
    }

    @Override
    public Scope scope() {
      return scope;
    }

    @Override
    public boolean isSigned() {
      return issuer.verify(PURPOSE, ChainWriter.of(this), signature);
    }

    @Override
    public byte[] bytes() {
      return joined(ChainWriter.of(this), signature);
    }
  }
}
