package dev.parley.delegation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.delegation.chain.Audience;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainFormatException;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.delegation.chain.GrantId;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A chain as its holder keeps it. A claim for named agents or for everybody is no secret: it may
 * travel in messages, files or QR codes. A bearer's claim holds the private half of its key, so
 * everybody who reads it can use it. Immutable.
 */
public final class Claim {
  private static final String OPEN = "PARLEY CLAIM";
  private static final String SECRET = "PARLEY BEARER CLAIM";
  private static final int MAX_TEXT_LENGTH = 8192;

  private final Chain chain;
  private final byte @Nullable [] seed;

  private Claim(Chain chain, byte @Nullable [] seed) {
    this.chain = chain;
    this.seed = seed;
  }

  static Claim of(Chain chain) {
    return new Claim(chain, null);
  }

  static Claim bearer(Chain chain, byte[] seed) {
    return new Claim(chain, seed);
  }

  /**
   * Reads what {@link #toText} writes, with white space around and within it.
   *
   * @throws ChainFormatException if it is no claim; its text names the rule only
   */
  public static Claim parse(String text) {
    if (text.length() > MAX_TEXT_LENGTH) {
      throw new ChainFormatException("a claim has at most " + MAX_TEXT_LENGTH + " characters");
    }
    String trimmed = text.strip();
    boolean secret = trimmed.startsWith(begin(SECRET));
    String label = secret ? SECRET : OPEN;
    if (!trimmed.startsWith(begin(label)) || !trimmed.endsWith(end(label))) {
      throw new ChainFormatException("a claim stands between " + begin(OPEN) + " and its end");
    }
    byte[] bytes =
        body(trimmed.substring(begin(label).length(), trimmed.length() - end(label).length()));
    return secret ? secret(bytes) : whole(Chain.parse(bytes), null);
  }

  private static byte[] body(String base64) {
    try {
      return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new ChainFormatException("a claim is written in base64");
    }
  }

  private static Claim secret(byte[] bytes) {
    if (bytes.length <= Identity.SEED_LENGTH) {
      throw new ChainFormatException("a bearer's claim is a key and a chain");
    }
    byte[] seed = Arrays.copyOf(bytes, Identity.SEED_LENGTH);
    Chain chain = Chain.parse(Arrays.copyOfRange(bytes, Identity.SEED_LENGTH, bytes.length));
    Arrays.fill(bytes, (byte) 0);
    return whole(chain, seed);
  }

  private static Claim whole(Chain chain, byte @Nullable [] seed) {
    if (chain.grant() == null) {
      throw new ChainFormatException("a claim begins with a grant");
    }
    boolean bearer = chain.last().scope().audience() instanceof Audience.Bearer;
    if (bearer != (seed != null)) {
      throw new ChainFormatException("a bearer's claim holds its key, and no other does");
    }
    return new Claim(chain, seed);
  }

  private static String begin(String label) {
    return "-----BEGIN " + label + "-----";
  }

  private static String end(String label) {
    return "-----END " + label + "-----";
  }

  /** The chain, which is no secret. */
  public Chain chain() {
    return chain;
  }

  /** Whose functions it is about. */
  public AgentId grantor() {
    return grant().issuer();
  }

  /** The grant with which it begins. */
  public GrantId grantId() {
    return grant().id();
  }

  private ChainPart.Grant grant() {
    return Objects.requireNonNull(chain.grant());
  }

  /** Whether the text is a secret: everybody who reads it may use it. */
  public boolean isSecret() {
    return seed != null;
  }

  /** The bearer's key, to be destroyed after use; null for other claims. */
  @Nullable Identity bearer() {
    return seed == null ? null : Identity.fromSeed(seed);
  }

  /** PEM. Of a {@linkplain #isSecret secret} claim it is a secret. */
  public String toText() {
    byte[] bytes = chain.bytes();
    String label = OPEN;
    if (seed != null) {
      byte[] both = Arrays.copyOf(seed, seed.length + bytes.length);
      System.arraycopy(bytes, 0, both, seed.length, bytes.length);
      bytes = both;
      label = SECRET;
    }
    String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(bytes);
    return begin(label) + "\n" + body + "\n" + end(label) + "\n";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Claim claim
        && chain.equals(claim.chain)
        && Arrays.equals(seed, claim.seed);
  }

  @Override
  public int hashCode() {
    return chain.hashCode();
  }

  /** The grant's id and for whom it is; never the key. */
  @Override
  public String toString() {
    return "Claim[" + grantId() + ", for " + chain.last().scope().audience() + "]";
  }
}
