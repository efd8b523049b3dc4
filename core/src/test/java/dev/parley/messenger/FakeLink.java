package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A link that does what a test tells it, and nothing by itself. */
final class FakeLink implements Link {
  static final LinkPath PATH = new LinkPath("fake", "nowhere:1", true, "none", false);

  /** A request that was subscribed. */
  static final class Call implements Subscription {
    final Outbound request;
    final CoreSubscriber<? super Message> caller;
    @Nullable Publisher<Message> rest;
    long requested;
    boolean cancelled;

    Call(Outbound request, CoreSubscriber<? super Message> caller) {
      this.request = request;
      this.caller = caller;
    }

    void answer(Message message) {
      caller.onNext(message);
      caller.onComplete();
    }

    @Override
    public void request(long n) {
      requested += n;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  final List<Call> calls = new ArrayList<>();
  final List<Outbound> signals = new ArrayList<>();
  Mono<Void> handing = Mono.empty();

  /** Whether requests wait here, and have not left. */
  boolean holds;

  final Sinks.One<Duration> pong = Sinks.one();
  final Sinks.Empty<Void> closed = Sinks.empty();
  private final AgentId peer;
  private final LinkPath path;

  FakeLink(AgentId peer) {
    this(peer, PATH);
  }

  FakeLink(AgentId peer, LinkPath path) {
    this.peer = peer;
    this.path = path;
  }

  Call lastCall() {
    return calls.get(calls.size() - 1);
  }

  @Override
  public AgentId peer() {
    return peer;
  }

  @Override
  public LinkPath path() {
    return path;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public byte[] binding() {
    return new byte[32];
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public Mono<Message> requestResponse(Outbound request) {
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        Call call = new Call(request, actual);
        calls.add(call);
        if (!holds) {
          request.leaving();
        }
        actual.onSubscribe(call);
      }
    };
  }

  @Override
  public Mono<Void> fireAndForget(Outbound request) {
    return handing.doOnSubscribe(s -> signals.add(request));
  }

  @Override
  public Flux<Message> requestStream(Outbound request) {
    return flow(request, null);
  }

  @Override
  public Flux<Message> requestChannel(Outbound first, Publisher<Message> rest) {
    return flow(first, rest);
  }

  private Flux<Message> flow(Outbound request, @Nullable Publisher<Message> rest) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        Call call = new Call(request, actual);
        call.rest = rest;
        calls.add(call);
        if (!holds) {
          request.leaving();
        }
        actual.onSubscribe(call);
      }
    };
  }

  @Override
  public Mono<Duration> ping() {
    return pong.asMono();
  }

  @Override
  public Link.Stats stats() {
    return new Link.Stats(0, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public Mono<Void> closeGracefully(Duration limit) {
    return Mono.empty();
  }

  @Override
  public Mono<Void> onClose() {
    return closed.asMono();
  }
}
