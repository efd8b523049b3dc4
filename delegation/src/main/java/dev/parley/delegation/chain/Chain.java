package dev.parley.delegation.chain;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.NetworkId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A grant and the delegations of it, each signed by somebody to whom the one before is addressed.
 * It is no secret: who may use it is in it, or proves a key. Immutable.
 *
 * <pre>
 * chain   n u8 1..8 | n times: length u16, grant or delegation      at most 4096 bytes
 * </pre>
 */
public final class Chain {
  /** How many parts it may have. */
  public static final int MAX_PARTS = 8;

  /** How many bytes it may have. */
  public static final int MAX_BYTES = 4096;

  private static final String USE_PURPOSE = "claim-use/1";

  private final List<ChainPart> parts;
  private final byte[] bytes;
  private final byte[] digest;

  private Chain(List<ChainPart> parts, byte[] bytes) {
    this.parts = parts;
    this.bytes = bytes;
    this.digest = sha256(bytes);
  }

  /** A chain of a grant alone. */
  public static Chain of(ChainPart.Grant grant) {
    return of(List.of(grant));
  }

  /**
   * A chain of these parts, which need not belong together.
   *
   * @throws ChainFormatException if there are none or too many, or they are too large together
   */
  public static Chain of(List<? extends ChainPart> parts) {
    if (parts.isEmpty() || parts.size() > MAX_PARTS) {
      throw new ChainFormatException("a chain has 1.." + MAX_PARTS + " parts");
    }
    List<byte[]> all = parts.stream().map(ChainPart::bytes).toList();
    int length = 1 + all.stream().mapToInt(part -> 2 + part.length).sum();
    if (length > MAX_BYTES) {
      throw new ChainFormatException(
          "a chain has at most " + MAX_BYTES + " bytes; this would have " + length);
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    out.put((byte) parts.size());
    all.forEach(part -> out.putShort((short) part.length).put(part));
    return new Chain(List.copyOf(parts), out.array());
  }

  /**
   * Reads a chain.
   *
   * @throws ChainFormatException if it is none
   */
  public static Chain parse(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new ChainFormatException("a chain has 1.." + MAX_BYTES + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int n = Byte.toUnsignedInt(in.get());
    if (n == 0 || n > MAX_PARTS) {
      throw new ChainFormatException("a chain has 1.." + MAX_PARTS + " parts");
    }
    List<ChainPart> parts = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      int length = in.remaining() < 2 ? -1 : Short.toUnsignedInt(in.getShort());
      if (length < 0 || length > in.remaining()) {
        throw new ChainFormatException("the chain is cut off");
      }
      byte[] part = new byte[length];
      in.get(part);
      parts.add(ChainReader.part(part));
    }
    if (in.hasRemaining()) {
      throw new ChainFormatException("bytes follow the chain");
    }
    return new Chain(List.copyOf(parts), bytes.clone());
  }

  /** This chain with one more delegation, signed by {@code issuer}. */
  public Chain with(Identity issuer, long issuedMillis, Scope scope) {
    List<ChainPart> more = new ArrayList<>(parts);
    more.add(ChainPart.Delegation.sign(issuer, last(), issuedMillis, scope));
    return of(more);
  }

  /** Its parts, the grant first. */
  public List<ChainPart> parts() {
    return parts;
  }

  /** What it begins with; null where that is no grant. */
  public ChainPart.@Nullable Grant grant() {
    return parts.get(0) instanceof ChainPart.Grant grant ? grant : null;
  }

  /** Its last part, which says who may use it. */
  public ChainPart last() {
    return parts.get(parts.size() - 1);
  }

  /** Its bytes, a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The SHA-256 digest of its bytes, a copy. */
  public byte[] digest() {
    return digest.clone();
  }

  /**
   * Whether its parts belong together: it begins with a grant of this grantor for this network, and
   * each delegation names the part before, is issued by somebody of its audience, and there are no
   * more delegations behind a part than it allows. Says nothing of signatures.
   */
  public boolean isWhole(NetworkId network, AgentId grantor) {
    ChainPart.Grant grant = grant();
    if (grant == null || !grant.network().equals(network) || !grant.issuer().equals(grantor)) {
      return false;
    }
    for (int i = 0; i < parts.size(); i++) {
      int behind = parts.size() - 1 - i;
      if (behind > parts.get(i).scope().delegable() || (i > 0 && !follows(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean follows(int i) {
    ChainPart before = parts.get(i - 1);
    return parts.get(i) instanceof ChainPart.Delegation delegation
        && MessageDigest.isEqual(delegation.parent(), before.digest())
        && before.scope().audience().includes(delegation.issuer());
  }

  /** Whether each part is signed by its issuer; some 170 microseconds a part. */
  public boolean isSigned() {
    return parts.stream().allMatch(ChainPart::isSigned);
  }

  /** The same but for the grant, which its grantor compares with the one that it keeps. */
  public boolean areDelegationsSigned() {
    return parts.stream().skip(1).allMatch(ChainPart::isSigned);
  }

  /**
   * Whether its last part is for this caller.
   *
   * @param use the bearer's signature, or null
   * @param binding of the link that the call came on
   */
  public boolean isFor(AgentId caller, byte @Nullable [] use, byte[] binding) {
    return last().scope().audience() instanceof Audience.Bearer bearer
        ? use != null && bearer.key().verify(USE_PURPOSE, useOf(caller, binding), use)
        : last().scope().audience().includes(caller);
  }

  /** Signs that {@code caller} uses it on the link with this binding. */
  public byte[] use(Identity bearer, AgentId caller, byte[] binding) {
    return bearer.sign(USE_PURPOSE, useOf(caller, binding));
  }

  private byte[] useOf(AgentId caller, byte[] binding) {
    byte[] data = Arrays.copyOf(binding, binding.length + digest.length + AgentId.LENGTH);
    System.arraycopy(digest, 0, data, binding.length, digest.length);
    System.arraycopy(caller.toBytes(), 0, data, binding.length + digest.length, AgentId.LENGTH);
    return data;
  }

  /** Whether each part names the function of a call. */
  public boolean names(Call call) {
    return parts.stream().allMatch(part -> part.scope().names(call.function()));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Chain chain && Arrays.equals(digest, chain.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }

  @Override
  public String toString() {
    return "Chain[" + parts.size() + " parts, for " + last().scope().audience() + "]";
  }
}
