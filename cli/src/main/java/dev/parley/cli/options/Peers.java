package dev.parley.cli.options;

import dev.parley.PeerAddress;
import java.util.Objects;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads peers as {@code ID@HOST:PORT}. */
final class Peers implements ITypeConverter<PeerAddress> {
  @Override
  public PeerAddress convert(String text) {
    try {
      return PeerAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(Objects.toString(e.getMessage(), "not ID@HOST:PORT"));
    }
  }
}
