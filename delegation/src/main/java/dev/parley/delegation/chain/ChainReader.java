package dev.parley.delegation.chain;

import dev.parley.AgentId;
import dev.parley.NetworkId;
import dev.parley.spi.InteractionModel;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Reads what {@link ChainWriter} writes and refuses all else: bytes that would be written otherwise
 * are malformed, whatever they say.
 */
final class ChainReader {
  private final ByteBuffer in;

  private ChainReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  /**
   * Reads a grant or delegation with its signature.
   *
   * @throws ChainFormatException if it is none
   */
  static ChainPart part(byte[] bytes) {
    ChainPart part;
    try {
      part = new ChainReader(bytes).part();
    } catch (ChainFormatException e) {
      throw e;
    } catch (BufferUnderflowException e) {
      throw new ChainFormatException("a part of the chain is cut off");
    } catch (IllegalArgumentException e) {
      throw new ChainFormatException("a part of the chain holds what it must not");
    }
    if (!Arrays.equals(part.bytes(), bytes)) {
      throw new ChainFormatException("a part of the chain is not in its one form");
    }
    return part;
  }

  private ChainPart part() {
    if (u8() != ChainPart.VERSION) {
      throw new ChainFormatException("a part of the chain is of another version");
    }
    int kind = u8();
    if (kind == ChainPart.GRANT) {
      NetworkId network = NetworkId.of(bytes(NetworkId.LENGTH));
      AgentId issuer = id();
      GrantId grant = GrantId.of(bytes(GrantId.LENGTH));
      long issued = time();
      return new ChainPart.Grant(network, issuer, grant, issued, scope(), signature());
    }
    if (kind == ChainPart.DELEGATION) {
      byte[] parent = bytes(ChainPart.DIGEST_LENGTH);
      AgentId issuer = id();
      long issued = time();
      Scope scope = scope();
      if (scope.audience() instanceof Audience.Anyone) {
        throw new ChainFormatException("a delegation names whom it is for");
      }
      return new ChainPart.Delegation(parent, issuer, issued, scope, signature());
    }
    throw new ChainFormatException("a part of the chain is of an unknown kind");
  }

  private Scope scope() {
    int delegable = u8();
    Audience audience = audience();
    List<FunctionPattern> functions = new ArrayList<>();
    for (int n = u8(); n > 0; n--) {
      functions.add(new FunctionPattern(shortText()));
    }
    List<Condition> conditions = new ArrayList<>();
    for (int n = u8(); n > 0; n--) {
      conditions.add(condition());
    }
    return new Scope(delegable, audience, functions, conditions);
  }

  private Audience audience() {
    int kind = u8();
    return switch (kind) {
      case ChainWriter.ANYONE -> Audience.anyone();
      case ChainWriter.AGENTS -> agents();
      case ChainWriter.BEARER -> Audience.bearer(id());
      default -> throw new ChainFormatException("an audience is of an unknown kind");
    };
  }

  private Audience agents() {
    List<AgentId> ids = new ArrayList<>();
    for (int n = u8(); n > 0; n--) {
      ids.add(id());
    }
    return Audience.agents(ids);
  }

  private Condition condition() {
    int type = u8();
    ChainReader value = new ChainReader(bytes(u16()));
    Condition condition = value.value(type);
    if (value.in.hasRemaining()) {
      throw new ChainFormatException("a condition is longer than its value");
    }
    return condition;
  }

  private Condition value(int type) {
    return switch (type) {
      case ChainWriter.NOT_BEFORE -> new Condition.NotBefore(time());
      case ChainWriter.NOT_AFTER -> new Condition.NotAfter(time());
      case ChainWriter.MAX_USES -> new Condition.MaxUses(Integer.toUnsignedLong(in.getInt()));
      case ChainWriter.MODELS -> new Condition.Models(models(u8()));
      case ChainWriter.ARGUMENT_IN -> new Condition.ArgumentIn(shortText(), texts());
      case ChainWriter.ARGUMENT_RANGE ->
          new Condition.ArgumentRange(shortText(), in.getLong(), in.getLong());
      case ChainWriter.ARGUMENT_PREFIX ->
          new Condition.ArgumentPrefix(shortText(), text(in.remaining()));
      default -> throw new ChainFormatException("a condition is of an unknown type");
    };
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (int n = u8(); n > 0; n--) {
      texts.add(text(u16()));
    }
    return texts;
  }

  private static Set<InteractionModel> models(int bits) {
    Set<InteractionModel> models = EnumSet.noneOf(InteractionModel.class);
    for (InteractionModel model : InteractionModel.values()) {
      if ((bits & ChainWriter.bit(model)) != 0) {
        models.add(model);
      }
    }
    return models;
  }

  private byte[] signature() {
    return bytes(ChainPart.SIGNATURE_LENGTH);
  }

  private AgentId id() {
    return AgentId.of(bytes(AgentId.LENGTH));
  }

  private long time() {
    long millis = in.getLong();
    if (millis < 0) {
      throw new ChainFormatException("a time is beyond 2^63 ms");
    }
    return millis;
  }

  private String shortText() {
    return text(u8());
  }

  private String text(int length) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(length))).toString();
    } catch (CharacterCodingException e) {
      throw new ChainFormatException("a text is not UTF-8");
    }
  }

  private int u8() {
    return Byte.toUnsignedInt(in.get());
  }

  private int u16() {
    return Short.toUnsignedInt(in.getShort());
  }

  private byte[] bytes(int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
