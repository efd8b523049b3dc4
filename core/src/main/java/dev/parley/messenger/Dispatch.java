package dev.parley.messenger;

import dev.parley.Handler;
import dev.parley.SendOptions;
import dev.parley.spi.Protocol;
import dev.parley.spi.Receiver;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** The handlers of every route. Thread-safe. */
final class Dispatch {
  private final Map<String, Handler.Messages> messages = new ConcurrentHashMap<>();
  private final Map<String, Handler.Signals> signals = new ConcurrentHashMap<>();
  private final Map<String, Handler.Streams> streams = new ConcurrentHashMap<>();
  private final Map<String, Handler.Channels> channels = new ConcurrentHashMap<>();
  private final Map<String, Delegate> delegates = new ConcurrentHashMap<>(); // of protocols

  Disposable receive(String route, Handler.Messages handler) {
    return put(messages, route, handler);
  }

  Disposable receiveSignals(String route, Handler.Signals handler) {
    return put(signals, route, handler);
  }

  Disposable receiveStreams(String route, Handler.Streams handler) {
    return put(streams, route, handler);
  }

  Disposable receiveChannels(String route, Handler.Channels handler) {
    return put(channels, route, handler);
  }

  /** Who answers on a link where no handler does. */
  interface Delegate {
    Receiver on(LinkReceiver link);
  }

  /** Answers by {@code delegate} where no handler does; see {@link dev.parley.spi.Host#answer}. */
  void delegate(String route, Delegate delegate) {
    if (!route.startsWith(Protocol.RESERVED)) {
      throw new IllegalArgumentException(
          "route '" + route + "' must start with " + Protocol.RESERVED);
    }
    if (delegates.putIfAbsent(SendOptions.checkedRoute(route), delegate) != null) {
      throw new IllegalArgumentException("route '" + route + "' is answered by another protocol");
    }
  }

  /** Who else answers on a route that has no handler. */
  @Nullable Delegate delegate(String route) {
    if (!route.startsWith(Protocol.RESERVED)) {
      return null;
    }
    Delegate exact = delegates.get(route);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, Delegate> one : delegates.entrySet()) {
      String key = one.getKey();
      if (key.endsWith("*") && route.startsWith(key.substring(0, key.length() - 1))) {
        return one.getValue();
      }
    }
    return null;
  }

  private static <H> Disposable put(Map<String, H> handlers, String route, H handler) {
    handlers.put(SendOptions.checkedRoute(route), Objects.requireNonNull(handler, "handler"));
    return Disposables.composite(() -> handlers.remove(route, handler));
  }

  Handler.@Nullable Messages messages(String route) {
    return messages.get(route);
  }

  Handler.@Nullable Signals signals(String route) {
    return signals.get(route);
  }

  Handler.@Nullable Streams streams(String route) {
    return streams.get(route);
  }

  Handler.@Nullable Channels channels(String route) {
    return channels.get(route);
  }
}
