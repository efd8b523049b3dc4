package dev.parley.delegation;

import dev.parley.Message;
import dev.parley.delegation.chain.FunctionPattern;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The functions of a node: named handlers that are closed to everybody until {@link Grants} opens
 * them. What a function returns is treated as {@link dev.parley.Handler} says. Thread-safe.
 */
public final class Functions {
  private final Map<String, Request> requests = new ConcurrentHashMap<>();
  private final Map<String, Stream> streams = new ConcurrentHashMap<>();
  private final Map<String, Channel> channels = new ConcurrentHashMap<>();

  Functions() {}

  /** Answers a call with one message. */
  @FunctionalInterface
  public interface Request {
    /** See {@link dev.parley.Handler.Messages#receive}. */
    Mono<Message> call(FunctionCall call);
  }

  /** Answers a call with many messages. */
  @FunctionalInterface
  public interface Stream {
    /** See {@link dev.parley.Handler.Streams#receive}. */
    Flux<Message> call(FunctionCall call);
  }

  /** Answers many messages with many. */
  @FunctionalInterface
  public interface Channel {
    /** See {@link dev.parley.Handler.Channels#receive}. */
    Flux<Message> call(FunctionCall call, Flux<Message> items);
  }

  /**
   * Serves a function that answers once; another one of that name is replaced.
   *
   * @return takes it away again
   * @throws IllegalArgumentException if the name breaks the rules of {@link FunctionPattern}
   */
  public Disposable serve(String name, Request function) {
    return put(requests, name, function);
  }

  /** Serves a function that answers with a stream; see {@link #serve}. */
  public Disposable serveStream(String name, Stream function) {
    return put(streams, name, function);
  }

  /** Serves a function that takes and answers many messages; see {@link #serve}. */
  public Disposable serveChannel(String name, Channel function) {
    return put(channels, name, function);
  }

  private static <F> Disposable put(Map<String, F> functions, String name, F function) {
    functions.put(FunctionPattern.requireName(name), Objects.requireNonNull(function, "function"));
    return Disposables.composite(() -> functions.remove(name, function));
  }

  /** Whether there is a function of that name, however it is called. */
  boolean has(String name) {
    return requests.containsKey(name) || streams.containsKey(name) || channels.containsKey(name);
  }

  @Nullable Request request(String name) {
    return requests.get(name);
  }

  @Nullable Stream stream(String name) {
    return streams.get(name);
  }

  @Nullable Channel channel(String name) {
    return channels.get(name);
  }
}
