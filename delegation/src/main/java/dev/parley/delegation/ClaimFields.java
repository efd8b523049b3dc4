package dev.parley.delegation;

import dev.parley.Annex;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainFormatException;
import dev.parley.delegation.chain.ChainPart;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a claim travels beside a call.
 *
 * <pre>
 * 0x20  CLAIM      chain length u16 | chain | signature of a bearer's use 64, or nothing
 * 0x21  CLAIM_REF  the first 16 bytes of the chain's SHA-256 digest
 * </pre>
 */
final class ClaimFields {
  static final int CLAIM = 0x20;
  static final int CLAIM_REF = 0x21;
  static final int REFERENCE_LENGTH = 16;

  private ClaimFields() {}

  /**
   * A chain and what proves that its sender may use it.
   *
   * @param use null for a claim that is no bearer's
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Shown(Chain chain, byte @Nullable [] use) {}

  static byte[] claim(Chain chain, byte @Nullable [] use) {
    byte[] bytes = chain.bytes();
    ByteBuffer out = ByteBuffer.allocate(2 + bytes.length + (use == null ? 0 : use.length));
    out.putShort((short) bytes.length).put(bytes);
    if (use != null) {
      out.put(use);
    }
    return out.array();
  }

  /**
   * The chain that stands in full beside a call; null where none does.
   *
   * @throws ChainFormatException if it is malformed
   */
  static @Nullable Shown claim(@Nullable Annex annex) {
    byte[] field = annex == null ? null : annex.field(CLAIM);
    if (field == null) {
      return null;
    }
    int length = field.length < 2 ? -1 : Short.toUnsignedInt(ByteBuffer.wrap(field).getShort());
    int rest = field.length - 2 - length;
    if (length < 0 || (rest != 0 && rest != ChainPart.SIGNATURE_LENGTH)) {
      throw new ChainFormatException("a claim is a chain and possibly a signature");
    }
    Chain chain = Chain.parse(Arrays.copyOfRange(field, 2, 2 + length));
    return new Shown(chain, rest == 0 ? null : Arrays.copyOfRange(field, 2 + length, field.length));
  }

  static byte @Nullable [] reference(@Nullable Annex annex) {
    return annex == null ? null : annex.field(CLAIM_REF);
  }
}
