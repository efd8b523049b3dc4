package dev.parley.cli.options;

import dev.parley.AgentId;
import dev.parley.PeerAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A peer as it is named on the command line: by its id alone, or with where it listens.
 *
 * @param address where it listens, or null for the network to find out
 */
public record PeerTarget(AgentId id, @Nullable PeerAddress address) {
  /** Reads {@code ID} or {@code ID@HOST:PORT}. */
  static PeerTarget parse(String text) {
    if (text.indexOf('@') < 0) {
      return new PeerTarget(AgentId.parse(text), null);
    }
    PeerAddress address = PeerAddress.parse(text);
    return new PeerTarget(address.id(), address);
  }

  /** Reads targets for picocli. */
  public static final class Converter implements ITypeConverter<PeerTarget> {
    @Override
    public PeerTarget convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            Objects.toString(e.getMessage(), "not ID or ID@HOST:PORT"));
      }
    }
  }
}
