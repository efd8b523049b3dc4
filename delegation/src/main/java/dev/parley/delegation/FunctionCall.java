package dev.parley.delegation;

import dev.parley.AgentId;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.delegation.chain.Call;
import dev.parley.spi.InteractionModel;
import org.jspecify.annotations.Nullable;

/** A call that was let in. Immutable. */
public final class FunctionCall {
  private final String function;
  private final Inbound inbound;
  private final Arguments arguments;

  FunctionCall(String function, Inbound inbound) {
    this.function = function;
    this.inbound = inbound;
    this.arguments = new Arguments(inbound.message().headers());
  }

  /** Who calls: the key that the handshake proved. */
  public AgentId from() {
    return inbound.from();
  }

  /** The function's name. */
  public String function() {
    return function;
  }

  /** What conditions were held against: the headers of the message. */
  public Arguments arguments() {
    return arguments;
  }

  /** The message. */
  public Message message() {
    return inbound.message();
  }

  /** The message as it arrived. */
  public Inbound inbound() {
    return inbound;
  }

  Call at(InteractionModel model, long timeMillis) {
    return new Call() {
      @Override
      public String function() {
        return function;
      }

      @Override
      public InteractionModel model() {
        return model;
      }

      @Override
      public long timeMillis() {
        return timeMillis;
      }

      @Override
      public @Nullable String text(String name) {
        return arguments.textOrNull(name);
      }

      @Override
      public @Nullable Long number(String name) {
        return arguments.numberOrNull(name);
      }
    };
  }

  @Override
  public String toString() {
    return "FunctionCall[" + function + " from " + from().toShortString() + "]";
  }
}
