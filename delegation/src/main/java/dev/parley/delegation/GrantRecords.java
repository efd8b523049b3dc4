package dev.parley.delegation;

import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.delegation.chain.GrantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What is kept of grants, as records of a {@link dev.parley.spi.StateStore}.
 *
 * <pre>
 * 0x10  granted    time u64 | tag length u16 | tag | chain of the grant alone
 * 0x11  revoked    grant 16 | time u64
 * 0x12  reserved   grant 16 | digest of the part 32 | uses u64, in all
 * 0x13  banned     grant 16 | digest of the delegation 32
 * 0x14  seen       time u64: the highest that this node has seen
 * </pre>
 */
final class GrantRecords {
  private static final byte GRANTED = 0x10;
  private static final byte REVOKED = 0x11;
  private static final byte RESERVED = 0x12;
  private static final byte BANNED = 0x13;
  private static final byte SEEN = 0x14;
  private static final int DIGEST = ChainPart.DIGEST_LENGTH;

  private GrantRecords() {}

  /** Hears what records say. */
  interface Visitor {
    void granted(ChainPart.Grant part, String tag, long millis);

    void revoked(GrantId grant, long millis);

    void reserved(GrantId grant, ByteBuffer part, long uses);

    void banned(GrantId grant, byte[] delegation);

    void seen(long millis);
  }

  static byte[] granted(ChainPart.Grant part, String tag, long millis) {
    byte[] note = tag.getBytes(StandardCharsets.UTF_8);
    byte[] chain = Chain.of(part).bytes();
    return ByteBuffer.allocate(1 + 8 + 2 + note.length + chain.length)
        .put(GRANTED)
        .putLong(millis)
        .putShort((short) note.length)
        .put(note)
        .put(chain)
        .array();
  }

  static byte[] revoked(GrantId grant, long millis) {
    return ByteBuffer.allocate(1 + GrantId.LENGTH + 8)
        .put(REVOKED)
        .put(grant.toBytes())
        .putLong(millis)
        .array();
  }

  static byte[] reserved(GrantId grant, ByteBuffer part, long uses) {
    return ByteBuffer.allocate(1 + GrantId.LENGTH + DIGEST + 8)
        .put(RESERVED)
        .put(grant.toBytes())
        .put(part.duplicate())
        .putLong(uses)
        .array();
  }

  static byte[] banned(GrantId grant, byte[] delegation) {
    return ByteBuffer.allocate(1 + GrantId.LENGTH + DIGEST)
        .put(BANNED)
        .put(grant.toBytes())
        .put(delegation)
        .array();
  }

  static byte[] seen(long millis) {
    return ByteBuffer.allocate(9).put(SEEN).putLong(millis).array();
  }

  /** Reads a record; one of another protocol's is passed over. */
  static void read(byte[] record, Visitor visitor) {
    ByteBuffer in = ByteBuffer.wrap(record);
    switch (in.get()) {
      case GRANTED -> {
        long millis = in.getLong();
        byte[] tag = bytes(in, Short.toUnsignedInt(in.getShort()));
        ChainPart.Grant part = Chain.parse(bytes(in, in.remaining())).grant();
        visitor.granted(
            Objects.requireNonNull(part), new String(tag, StandardCharsets.UTF_8), millis);
      }
      case REVOKED -> visitor.revoked(grant(in), in.getLong());
      case RESERVED ->
          visitor.reserved(grant(in), ByteBuffer.wrap(bytes(in, DIGEST)), in.getLong());
      case BANNED -> visitor.banned(grant(in), bytes(in, DIGEST));
      case SEEN -> visitor.seen(in.getLong());
      default -> {}
    }
  }

  /** The records that are still needed, in their order. */
  static List<byte[]> fold(List<byte[]> records, Predicate<GrantId> isKept) {
    Map<ByteBuffer, Integer> last = new HashMap<>();
    for (int i = 0; i < records.size(); i++) {
      last.put(subject(records.get(i), i), i);
    }
    List<byte[]> kept = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      byte[] record = records.get(i);
      if (last.getOrDefault(subject(record, i), i) == i && isNeeded(record, isKept)) {
        kept.add(record);
      }
    }
    return kept;
  }

  /** What a later record replaces. */
  private static ByteBuffer subject(byte[] record, int place) {
    return switch (record[0]) {
      case RESERVED -> ByteBuffer.wrap(record, 0, 1 + GrantId.LENGTH + DIGEST);
      case SEEN -> ByteBuffer.wrap(record, 0, 1);
      default -> ByteBuffer.allocate(8).putInt(-1).putInt(place).flip();
    };
  }

  private static boolean isNeeded(byte[] record, Predicate<GrantId> isKept) {
    ByteBuffer in = ByteBuffer.wrap(record);
    return switch (in.get()) {
      case REVOKED, RESERVED, BANNED -> isKept.test(grant(in));
      case GRANTED -> {
        boolean[] kept = {false};
        read(record, new Granted(id -> kept[0] = isKept.test(id)));
        yield kept[0];
      }
      default -> true;
    };
  }

  private static GrantId grant(ByteBuffer in) {
    return GrantId.of(bytes(in, GrantId.LENGTH));
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** Hears of grants alone. */
  private record Granted(java.util.function.Consumer<GrantId> to) implements Visitor {
    @Override
    public void granted(ChainPart.Grant part, String tag, long millis) {
      to.accept(part.id());
    }

    @Override
    public void revoked(GrantId grant, long millis) {}

    @Override
    public void reserved(GrantId grant, ByteBuffer part, long uses) {}

    @Override
    public void banned(GrantId grant, byte[] delegation) {}

    @Override
    public void seen(long millis) {}
  }
}
