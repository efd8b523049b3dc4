package dev.parley.transport.rsocket;

import dev.parley.Address;
import dev.parley.MessagingException;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier.DialProgress;
import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.DialOutcome;
import dev.parley.transport.rsocket.link.Opening;
import dev.parley.transport.rsocket.link.RSocketSetup;
import dev.parley.transport.rsocket.socket.Connector;
import dev.parley.transport.rsocket.socket.DescriptorLog;
import dev.parley.transport.rsocket.socket.DialFailure;
import dev.parley.transport.rsocket.socket.DialHandler;
import dev.parley.transport.rsocket.socket.Handshakes;
import dev.parley.transport.session.Dial;
import dev.parley.transport.session.EstablishedSession;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Connects, shakes hands on the connection, and puts a link there. Thread-safe. */
final class RSocketDialler {
  private final TransportOptions options;
  private final LongSupplier clock;
  private final NodeListener listener;
  private final Handshakes handshakes;
  private final Connector connector;
  private final RSocketSetup setup;
  private final DescriptorLog descriptors;
  private volatile boolean closed;

  RSocketDialler(
      TransportOptions options,
      LongSupplier clock,
      NodeListener listener,
      Handshakes handshakes,
      Connector connector,
      RSocketSetup setup,
      DescriptorLog descriptors) {
    this.options = options;
    this.clock = clock;
    this.listener = listener;
    this.handshakes = handshakes;
    this.connector = connector;
    this.setup = setup;
    this.descriptors = descriptors;
  }

  /** One dial; see {@link dev.parley.carrier.Carrier#dial}. */
  Mono<CarriedLink> dial(Dial dial, Address address, DialProgress progress) {
    return Mono.defer(
        () -> {
          long start = clock.getAsLong();
          return connector
              .places(address)
              .onErrorMap(e -> notResolved(dial, e, progress, clock.getAsLong() - start))
              .flatMap(places -> race(dial, address, places, progress));
        });
  }

  private Mono<CarriedLink> race(
      Dial dial, Address address, List<Connector> places, DialProgress progress) {
    return PlaceRace.of(
        places.stream().map(place -> at(place, dial, address, progress)).toList(),
        connector.pause(options.dialling().dialStagger()));
  }

  private Mono<CarriedLink> at(Connector place, Dial dial, Address address, DialProgress progress) {
    return Mono.create(sink -> new Dialling(place, dial, address, progress, sink).start());
  }

  private Throwable notResolved(Dial dial, Throwable e, DialProgress progress, long nanos) {
    DialFailure failure = DialFailure.of(e, dial.responder(), options.dialling().dialTimeout());
    told(failure, nanos);
    progress.failed(failure.label());
    return failure.exception();
  }

  private void told(DialFailure failure, long nanos) {
    if (failure.outcome() == DialOutcome.NO_DESCRIPTORS) {
      descriptors.none("a peer is not dialled");
    }
    if (!closed) {
      listener.dialled(nanos, failure.outcome());
    }
  }

  /** What fails from now on is nobody's concern. */
  void close() {
    closed = true;
  }

  /** One dial. It is told by the socket, the handshake and the link, once, of how it ended. */
  private final class Dialling implements DialHandler.Outcome, RSocketSetup.Dialler {
    private final Connector place;
    private final Dial dial;
    private final Address address;
    private final DialProgress progress;
    private final MonoSink<CarriedLink> sink;
    private final long startNanos = clock.getAsLong();
    private final AtomicReference<@Nullable Opening> unheard = new AtomicReference<>();
    private @Nullable Opening opening; // event loop
    private volatile boolean cancelled;

    Dialling(
        Connector place,
        Dial dial,
        Address address,
        DialProgress progress,
        MonoSink<CarriedLink> sink) {
      this.place = place;
      this.dial = dial;
      this.address = address;
      this.progress = progress;
      this.sink = sink;
    }

    void start() {
      Disposable connecting =
          place.connect(
              address,
              () -> new DialHandler(handshakes, dial, remaining(), this),
              this::notConnected);
      sink.onCancel(
          () -> {
            cancelled = true;
            connecting.dispose();
            abandon();
          });
    }

    private Duration remaining() {
      Duration left = options.dialling().dialTimeout().minusNanos(clock.getAsLong() - startNanos);
      return left.isNegative() ? Duration.ZERO : left;
    }

    private void notConnected(Throwable error) {
      DialFailure failure =
          DialFailure.of(error, dial.responder(), options.dialling().dialTimeout());
      told(failure, clock.getAsLong() - startNanos);
      failed(failure.exception(), failure.label());
    }

    @Override
    public void connected() {
      listener.dialled(clock.getAsLong() - startNanos, DialOutcome.CONNECTED);
      progress.connected();
    }

    @Override
    public Opening established(Channel socket, EstablishedSession session) {
      Opening made = setup.dialled(socket, session, address.scheme().name(), this);
      opening = made;
      return made;
    }

    @Override
    public void opened(CarriedLink link) {
      unheard.set(opening);
      if (cancelled) {
        abandon();
      } else {
        sink.success(link);
      }
    }

    /** Closes the link that nobody waits for any more, if it is there. */
    private void abandon() {
      Opening made = unheard.getAndSet(null);
      if (made != null) {
        made.abandon();
      }
    }

    @Override
    public void notOpened(MessagingException failure) {
      failed(failure, "setup_failed");
    }

    @Override
    public void failed(MessagingException failure, String outcome) {
      progress.failed(outcome);
      sink.error(failure);
    }
  }
}
