package dev.parley.messenger;

import dev.parley.Address;
import dev.parley.Agent;
import dev.parley.AgentResolver;
import dev.parley.Identity;
import dev.parley.NetworkId;
import dev.parley.spi.Bound;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.Host;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Protocol;
import dev.parley.spi.Receiver;
import dev.parley.spi.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The protocols of a messenger, through their lives. Thread-safe. */
final class Protocols {
  private static final Logger log = LoggerFactory.getLogger(Protocols.class);

  private final Messenger messenger;
  private final List<Protocol> protocols;
  private final @Nullable Identity identity;
  private final @Nullable NetworkId network;
  private final StateStore state;
  private final Scheduler timer;
  private final Scheduler blocking;
  private final List<Protocol.Running> running = new CopyOnWriteArrayList<>();
  private final List<AgentResolver> known = new ArrayList<>(2); // the messenger's own among them
  private final List<AgentResolver> searches = new ArrayList<>();
  private final List<Disposable> last = new CopyOnWriteArrayList<>();
  private boolean stopped; // guarded by this

  Protocols(Messenger messenger, MessengerBuilder b) {
    this.messenger = messenger;
    this.protocols = List.copyOf(b.protocols);
    this.identity = b.identity;
    this.network = b.network;
    this.state = b.state;
    this.timer = b.timer;
    this.blocking = b.blocking;
    this.known.add(b.resolver);
  }

  /** Starts them, one after the other. */
  Mono<Void> start() {
    return Flux.fromIterable(protocols).concatMap(this::start).then();
  }

  private Mono<Void> start(Protocol protocol) {
    return Mono.defer(
        () -> {
          Registration host = new Registration(protocol.name());
          return protocol
              .start(host)
              .doOnNext(running::add)
              .doFinally(signal -> host.over = true)
              .then();
        });
  }

  /** All that know at once. */
  AgentResolver known() {
    return AgentResolver.all(known);
  }

  /** Where to search for what is not known at once; null where nobody searches. */
  @Nullable AgentResolver search() {
    return searches.isEmpty() ? null : AgentResolver.all(searches);
  }

  /** Nothing begins any more once it was stopped. */
  synchronized void listening(List<Address> addresses) {
    if (!stopped) {
      running.forEach(one -> one.listening(addresses));
    }
  }

  /** Completes when all of them are online; never errors. */
  Mono<Void> online() {
    return each(Protocol.Running::online);
  }

  Mono<Void> leave() {
    return each(Protocol.Running::leave);
  }

  void closing() {
    running.forEach(Protocol.Running::closing);
  }

  Mono<Void> stop() {
    return Mono.defer(
        () -> {
          synchronized (this) {
            stopped = true;
          }
          return each(Protocol.Running::stop);
        });
  }

  /** Closes the state, and disposes of what they have left for the end where that may block. */
  Mono<Void> dispose() {
    return state.close().then(Mono.defer(this::disposeLast));
  }

  private Mono<Void> disposeLast() {
    return last.isEmpty()
        ? Mono.empty()
        : Mono.<Void>fromRunnable(() -> last.forEach(Disposable::dispose)).subscribeOn(blocking);
  }

  private Mono<Void> each(Function<Protocol.Running, Mono<Void>> verb) {
    return Flux.fromIterable(running)
        .flatMapDelayError(one -> Mono.defer(() -> verb.apply(one)), Integer.MAX_VALUE, 1)
        .then()
        .onErrorResume(
            e -> {
              log.warn("a protocol failed", e);
              return Mono.empty();
            });
  }

  List<Bound> bounds() {
    return running.stream().flatMap(one -> one.bounds().stream()).toList();
  }

  <T extends Protocol.Running> Optional<T> find(Class<T> type) {
    return running.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /** What one of them adds while it starts. */
  private final class Registration implements Host {
    private final String name;
    private volatile boolean over;

    Registration(String name) {
      this.name = name;
    }

    private void requireStarting() {
      if (over) {
        throw new IllegalStateException(name + " has started; it adds what it needs before");
      }
    }

    @Override
    public Agent agent() {
      return new HostAgent(messenger, null);
    }

    @Override
    public Agent agent(ExchangeFilter filter) {
      return new HostAgent(messenger, Objects.requireNonNull(filter, "filter"));
    }

    @Override
    public Identity identity() {
      return required(identity, "keys");
    }

    @Override
    public NetworkId network() {
      return required(network, "network");
    }

    private <T> T required(@Nullable T value, String what) {
      if (value == null) {
        throw new IllegalStateException(name + " needs the agent's " + what + ", which has none");
      }
      return value;
    }

    @Override
    public Links links() {
      return messenger.transport();
    }

    @Override
    public List<Address> listen() {
      return messenger.transport().listen();
    }

    @Override
    public StateStore state() {
      return state;
    }

    @Override
    public Scheduler timer() {
      return timer;
    }

    @Override
    public LongSupplier nanoClock() {
      return messenger::nanos;
    }

    @Override
    public NodeListener listener() {
      return messenger.listener();
    }

    @Override
    public void answer(String route, Receiver receiver) {
      requireStarting();
      Objects.requireNonNull(receiver, "receiver");
      messenger.dispatch().delegate(route, at -> receiver);
    }

    @Override
    public void answer(String route, Gate gate) {
      requireStarting();
      Objects.requireNonNull(gate, "gate");
      messenger.dispatch().delegate(route, at -> new GatedReceiver(at, gate));
    }

    @Override
    public void know(AgentResolver resolver) {
      requireStarting();
      known.add(Objects.requireNonNull(resolver, "resolver"));
    }

    @Override
    public void search(AgentResolver resolver) {
      requireStarting();
      searches.add(Objects.requireNonNull(resolver, "resolver"));
    }

    @Override
    public void filter(ExchangeFilter filter) {
      requireStarting();
      messenger.addFilter(filter);
    }

    @Override
    public void watchLinks(NodeListener listener) {
      requireStarting();
      messenger.transport().watchLinks(listener);
    }

    @Override
    public void disposeLast(Disposable resource) {
      last.add(Objects.requireNonNull(resource, "resource"));
    }
  }
}
