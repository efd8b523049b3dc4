package dev.parley.delegation.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.AgentId;
import dev.parley.NetworkId;
import dev.parley.spi.InteractionModel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;

/**
 * Writes what is signed; PROTOCOL.md §29 has the layout. Each value has one form.
 *
 * <pre>
 * body        delegable u8 | audience | functions | conditions
 * audience    0  |  1, n u8, n ids ascending  |  2, key
 * functions   n u8, n times: length u8, name
 * conditions  n u8, n times: type u8, length u16, value
 * </pre>
 */
final class ChainWriter {
  static final Comparator<String> BY_BYTES =
      (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

  static final int ANYONE = 0;
  static final int AGENTS = 1;
  static final int BEARER = 2;

  static final int NOT_BEFORE = 1;
  static final int NOT_AFTER = 2;
  static final int MAX_USES = 3;
  static final int MODELS = 4;
  static final int ARGUMENT_IN = 5;
  static final int ARGUMENT_RANGE = 6;
  static final int ARGUMENT_PREFIX = 7;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private final DataOutputStream out = new DataOutputStream(bytes);

  private interface Writing {
    void to(ChainWriter w) throws IOException;
  }

  private static byte[] written(Writing writing) {
    ChainWriter writer = new ChainWriter();
    try {
      writing.to(writer);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not into memory
    }
    return writer.bytes.toByteArray();
  }

  /** A grant but for its signature. */
  static byte[] grant(
      NetworkId network, AgentId issuer, GrantId id, long issuedMillis, Scope scope) {
    return written(
        w -> {
          w.out.write(ChainPart.VERSION);
          w.out.write(ChainPart.GRANT);
          w.out.write(network.toBytes());
          w.out.write(issuer.toBytes());
          w.out.write(id.toBytes());
          w.out.writeLong(issuedMillis);
          w.scope(scope);
        });
  }

  /** A delegation but for its signature. */
  static byte[] delegation(byte[] parent, AgentId issuer, long issuedMillis, Scope scope) {
    return written(
        w -> {
          w.out.write(ChainPart.VERSION);
          w.out.write(ChainPart.DELEGATION);
          w.out.write(parent);
          w.out.write(issuer.toBytes());
          w.out.writeLong(issuedMillis);
          w.scope(scope);
        });
  }

  /** What conditions are sorted by: the type, then the value. */
  static byte[] sortKey(Condition condition) {
    return written(
        w -> {
          w.out.write(type(condition));
          w.value(condition);
        });
  }

  private void scope(Scope scope) throws IOException {
    out.write(scope.delegable());
    audience(scope.audience());
    out.write(scope.functions().size());
    for (FunctionPattern pattern : scope.functions()) {
      shortText(pattern.text());
    }
    out.write(scope.conditions().size());
    for (Condition condition : scope.conditions()) {
      condition(condition);
    }
  }

  private void audience(Audience audience) throws IOException {
    if (audience instanceof Audience.Agents agents) {
      out.write(AGENTS);
      out.write(agents.ids().size());
      for (AgentId id : agents.ids()) {
        out.write(id.toBytes());
      }
    } else if (audience instanceof Audience.Bearer bearer) {
      out.write(BEARER);
      out.write(bearer.key().toBytes());
    } else {
      out.write(ANYONE);
    }
  }

  private void condition(Condition condition) throws IOException {
    byte[] value = written(w -> w.value(condition));
    out.write(type(condition));
    out.writeShort(value.length);
    out.write(value);
  }

  private static int type(Condition condition) {
    if (condition instanceof Condition.NotBefore) {
      return NOT_BEFORE;
    } else if (condition instanceof Condition.NotAfter) {
      return NOT_AFTER;
    } else if (condition instanceof Condition.MaxUses) {
      return MAX_USES;
    } else if (condition instanceof Condition.Models) {
      return MODELS;
    } else if (condition instanceof Condition.ArgumentIn) {
      return ARGUMENT_IN;
    } else if (condition instanceof Condition.ArgumentRange) {
      return ARGUMENT_RANGE;
    }
    return ARGUMENT_PREFIX;
  }

  private void value(Condition condition) throws IOException {
    if (condition instanceof Condition.NotBefore c) {
      out.writeLong(c.millis());
    } else if (condition instanceof Condition.NotAfter c) {
      out.writeLong(c.millis());
    } else if (condition instanceof Condition.MaxUses c) {
      out.writeInt((int) c.uses());
    } else if (condition instanceof Condition.Models c) {
      out.write(models(c.models()));
    } else if (condition instanceof Condition.ArgumentIn c) {
      shortText(c.name());
      out.write(c.texts().size());
      for (String text : c.texts()) {
        byte[] utf8 = text.getBytes(UTF_8);
        out.writeShort(utf8.length);
        out.write(utf8);
      }
    } else if (condition instanceof Condition.ArgumentRange c) {
      shortText(c.name());
      out.writeLong(c.min());
      out.writeLong(c.max());
    } else if (condition instanceof Condition.ArgumentPrefix c) {
      shortText(c.name());
      out.write(c.prefix().getBytes(UTF_8));
    }
  }

  private static int models(Set<InteractionModel> models) {
    int bits = 0;
    for (InteractionModel model : models) {
      bits |= bit(model);
    }
    return bits;
  }

  /** The bit of a way to call; 0 of signals, by which no function is called. */
  static int bit(InteractionModel model) {
    return switch (model) {
      case REQUEST -> 1;
      case STREAM -> 2;
      case CHANNEL -> 4;
      case SIGNAL -> 0;
    };
  }

  private void shortText(String text) throws IOException {
    byte[] utf8 = text.getBytes(UTF_8);
    out.write(utf8.length);
    out.write(utf8);
  }
}
