package dev.parley.spi;

/** How two agents talk: RSocket's interaction models, one message after which they differ. */
public enum InteractionModel {
  /** One message, one answer: {@code send}. */
  REQUEST,
  /** One message, no answer: {@code signal}. */
  SIGNAL,
  /** One message, many answers: {@code stream}. */
  STREAM,
  /** Many messages both ways: {@code channel}. */
  CHANNEL
}
