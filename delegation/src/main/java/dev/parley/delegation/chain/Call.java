package dev.parley.delegation.chain;

import dev.parley.spi.InteractionModel;
import org.jspecify.annotations.Nullable;

/** A call as conditions see it: nothing else decides whether one holds. */
public interface Call {
  /** The name of the function. */
  String function();

  /** How it is called. */
  InteractionModel model();

  /** The time at the grantor, in milliseconds since 1970. */
  long timeMillis();

  /** An argument as a text; null where it is missing or no text. */
  @Nullable String text(String name);

  /** An argument as a number; null where it is missing or no whole number of 64 bits. */
  @Nullable Long number(String name);
}
