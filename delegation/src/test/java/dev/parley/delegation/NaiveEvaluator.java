package dev.parley.delegation;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides by PROTOCOL.md alone whether a chain lets a call in: bytes, the JDK's Ed25519, and no
 * code of ours. Slow and naive on purpose.
 */
final class NaiveEvaluator {
  private static final byte[] X509_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");
  private final Map<String, Boolean> verified = new HashMap<>();
  final Map<String, byte[]> grants = new HashMap<>(); // id to bytes
  final Set<String> revoked = new HashSet<>();
  final Set<String> banned = new HashSet<>(); // digests
  final Map<String, Long> used = new HashMap<>(); // by digest

  /** All that is asked. */
  record Question(
      byte[] chain,
      byte[] use,
      byte[] binding,
      byte[] caller,
      byte[] grantor,
      byte[] network,
      String function,
      String amount,
      long now) {}

  private static final class Part {
    byte[] bytes;
    byte[] parent;
    byte[] issuer;
    int delegable;
    int kind;
    final List<byte[]> audience = new ArrayList<>();
    final List<String> functions = new ArrayList<>();
    final List<byte[]> conditions = new ArrayList<>(); // type first
    boolean root;
    String id;
    byte[] network;
  }

  boolean allows(Question q) {
    try {
      List<Part> parts = new ArrayList<>();
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(q.chain()));
      for (int n = in.readUnsignedByte(); n > 0; n--) {
        parts.add(part(in.readNBytes(in.readUnsignedShort())));
      }
      for (int i = 0; i < parts.size(); i++) {
        if (!allows(q, parts, i)) {
          return false;
        }
      }
      Part last = parts.get(parts.size() - 1);
      if (last.kind == 2) {
        byte[] said = join(q.binding(), sha(q.chain()), q.caller());
        return q.use() != null && signed(last.audience.get(0), "claim-use/1", said, q.use());
      }
      return last.kind == 0 || has(last.audience, q.caller());
    } catch (IOException e) {
      return false;
    }
  }

  private boolean allows(Question q, List<Part> parts, int i) {
    Part part = parts.get(i);
    byte[] signature = Arrays.copyOfRange(part.bytes, part.bytes.length - 64, part.bytes.length);
    byte[] said = Arrays.copyOf(part.bytes, part.bytes.length - 64);
    if (part.root != (i == 0)
        || parts.size() - 1 - i > part.delegable
        || !signed(part.issuer, part.root ? "grant/1" : "delegation/1", said, signature)
        || banned.contains(hex(digest(part)))) {
      return false;
    }
    if (part.root) {
      if (!Arrays.equals(part.issuer, q.grantor())
          || !Arrays.equals(part.network, q.network())
          || !Arrays.equals(part.bytes, grants.get(part.id))
          || revoked.contains(part.id)) {
        return false;
      }
    } else {
      Part before = parts.get(i - 1);
      if (!Arrays.equals(part.parent, digest(before))
          || !(before.kind == 0 || has(before.audience, part.issuer))) {
        return false;
      }
    }
    if (part.functions.stream().noneMatch(f -> names(f, q.function()))) {
      return false;
    }
    for (byte[] condition : part.conditions) {
      ByteBuffer value = ByteBuffer.wrap(condition, 1, condition.length - 1);
      boolean holds =
          switch (condition[0]) {
            case 1 -> q.now() >= value.getLong();
            case 2 -> q.now() < value.getLong();
            case 3 -> used.getOrDefault(hex(digest(part)), 0L) < (value.getInt() & 0xffffffffL);
            case 6 -> inRange(value, q.amount());
            default -> throw new AssertionError("not in this test");
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  private static boolean inRange(ByteBuffer value, String amount) {
    byte[] name = new byte[value.get()];
    value.get(name);
    if (amount == null || !amount.matches("-?[0-9]{1,18}")) {
      return false;
    }
    long number = Long.parseLong(amount);
    return value.getLong() <= number && number <= value.getLong();
  }

  private static boolean names(String pattern, String function) {
    return pattern.equals("*")
        || pattern.equals(function)
        || (pattern.endsWith("*")
            && function.startsWith(pattern.substring(0, pattern.length() - 1)));
  }

  private static boolean has(List<byte[]> all, byte[] one) {
    return all.stream().anyMatch(id -> Arrays.equals(id, one));
  }

  private static Part part(byte[] bytes) throws IOException {
    Part part = new Part();
    part.bytes = bytes;
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    in.readByte();
    part.root = in.readByte() == 0;
    if (part.root) {
      part.network = in.readNBytes(32);
    } else {
      part.parent = in.readNBytes(32);
    }
    part.issuer = in.readNBytes(32);
    if (part.root) {
      part.id = hex(in.readNBytes(16));
    }
    in.readLong();
    part.delegable = in.readUnsignedByte();
    part.kind = in.readUnsignedByte();
    int ids = part.kind == 0 ? 0 : part.kind == 2 ? 1 : in.readUnsignedByte();
    for (int n = ids; n > 0; n--) {
      part.audience.add(in.readNBytes(32));
    }
    for (int n = in.readUnsignedByte(); n > 0; n--) {
      part.functions.add(
          new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII));
    }
    for (int n = in.readUnsignedByte(); n > 0; n--) {
      byte type = in.readByte();
      part.conditions.add(join(new byte[] {type}, in.readNBytes(in.readUnsignedShort())));
    }
    return part;
  }

  private static byte[] digest(Part part) {
    return sha(join("parley-chain/1".getBytes(StandardCharsets.US_ASCII), part.bytes));
  }

  private boolean signed(byte[] key, String purpose, byte[] data, byte[] signature) {
    byte[] said =
        join(("parley-sig/1\0" + purpose + "\0").getBytes(StandardCharsets.US_ASCII), data);
    return verified.computeIfAbsent(
        hex(sha(join(key, said, signature))), k -> verify(key, said, signature));
  }

  private static boolean verify(byte[] key, byte[] said, byte[] signature) {
    try {
      Signature ed = Signature.getInstance("Ed25519");
      ed.initVerify(
          KeyFactory.getInstance("Ed25519")
              .generatePublic(new X509EncodedKeySpec(join(X509_HEAD, key))));
      ed.update(said);
      return ed.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] sha(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] join(byte[]... all) {
    ByteBuffer out = ByteBuffer.allocate(Arrays.stream(all).mapToInt(a -> a.length).sum());
    Arrays.stream(all).forEach(out::put);
    return out.array();
  }
}
