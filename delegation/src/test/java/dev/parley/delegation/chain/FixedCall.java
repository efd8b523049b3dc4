package dev.parley.delegation.chain;

import dev.parley.spi.InteractionModel;

/** A call with at most one argument. */
public record FixedCall(
    String function, InteractionModel model, long timeMillis, String argument, String value)
    implements Call {
  @Override
  public String text(String name) {
    return name.equals(argument) ? value : null;
  }

  @Override
  public Long number(String name) {
    String text = text(name);
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
