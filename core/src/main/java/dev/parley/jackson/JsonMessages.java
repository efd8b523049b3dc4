package dev.parley.jackson;

import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Typed messages: values to JSON and back. Immutable and thread-safe.
 *
 * <p>Needs {@code tools.jackson.core:jackson-databind}, which {@code parley-core} leaves optional.
 */
@SuppressWarnings("exports") // Jackson is for the user to require
public final class JsonMessages {
  /** The content type of what this class writes. */
  public static final String JSON = "application/json";

  private final ObjectMapper mapper;

  private JsonMessages(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** With Jackson's defaults. */
  public static JsonMessages create() {
    return new JsonMessages(JsonMapper.builder().build());
  }

  /** With a mapper of the caller's. */
  public static JsonMessages with(ObjectMapper mapper) {
    return new JsonMessages(Objects.requireNonNull(mapper, "mapper"));
  }

  /**
   * A message that holds {@code value} as JSON.
   *
   * @throws IllegalArgumentException if it cannot be written
   */
  public Message write(Object value) {
    try {
      return Message.Unsafe.wrap(mapper.writeValueAsBytes(value), JSON, Map.of());
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "cannot write a " + value.getClass().getName() + " as JSON", e);
    }
  }

  /**
   * The value in a message.
   *
   * @throws IllegalArgumentException if the message is not JSON of that type; the text does not
   *     repeat the message
   */
  public <T> T read(Message message, Class<T> type) {
    try {
      T value = mapper.readValue(Message.Unsafe.array(message), type);
      if (value == null) {
        throw new IllegalArgumentException("the message holds null, not a " + type.getName());
      }
      return value;
    } catch (JacksonException e) {
      throw new IllegalArgumentException("the message is not a " + type.getName() + " in JSON");
    }
  }

  /**
   * A handler that takes and answers values. A message that is not a {@code type} is rejected; an
   * empty answer stays empty.
   */
  public <T, R> Handler.Messages handler(
      Class<T> type, BiFunction<? super T, ? super Inbound, Mono<R>> handler) {
    Objects.requireNonNull(handler, "handler");
    return inbound -> {
      T value;
      try {
        value = read(inbound.message(), type);
      } catch (IllegalArgumentException e) {
        return Mono.error(HandlerFailure.rejected("the message is not what this route takes"));
      }
      return handler.apply(value, inbound).map(this::write);
    };
  }
}
