package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Agent.SignalResult;
import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.Pong;
import dev.parley.Presence;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What an agent hands out keeps the rules of Reactive Streams, over real links. */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishersIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int AGENTS = 64;

  private AgentNode bob;
  private AgentNode alice;

  @BeforeAll
  void start() {
    bob = node(AgentNode.builder().listen("127.0.0.1", 0));
    alice = node(AgentNode.builder().peer(new PeerAddress(bob.id(), bob.addresses().get(0))));
    bob.receive("echo", in -> Mono.just(in.message()));
    bob.receiveSignals("signal", in -> Mono.empty());
    bob.receiveStreams("count", in -> count(Long.parseLong(in.message().text())));
    bob.receiveChannels("back", (in, items) -> items);
    bob.receiveStreams("busy", in -> Flux.generate(sink -> sink.next(Message.text("item"))));
  }

  private static AgentNode node(AgentNodeBuilder builder) {
    return builder.identity(Identity.generate()).network("test").start().block(LIMIT);
  }

  @AfterAll
  void close() {
    alice.close();
    bob.close();
  }

  private static Flux<Message> count(long items) {
    return Flux.generate(
        () -> 0L,
        (n, sink) -> {
          if (n == items) {
            sink.complete();
          } else {
            sink.next(Message.text("item"));
          }
          return n + 1;
        });
  }

  @TestFactory
  Stream<DynamicNode> send() {
    return PublisherRules.<Message>of(
        1, n -> alice.send(bob.id(), Message.text("q"), SendOptions.to("echo")));
  }

  @TestFactory
  Stream<DynamicNode> signal() {
    return PublisherRules.<Void>of(
        0, n -> alice.signal(bob.id(), Message.text("q"), SendOptions.to("signal")));
  }

  @TestFactory
  Stream<DynamicNode> signalAll() {
    List<AgentId> strangers =
        IntStream.range(0, AGENTS).mapToObj(i -> Identity.generate().id()).toList();
    return PublisherRules.<SignalResult>of(
        AGENTS, n -> alice.signalAll(strangers.subList(0, (int) n), Message.text("q")));
  }

  @TestFactory
  Stream<DynamicNode> stream() {
    return PublisherRules.<Message>of(
        Long.MAX_VALUE - 1,
        n -> alice.stream(bob.id(), Message.text(Long.toString(n)), StreamOptions.to("count")));
  }

  @TestFactory
  Stream<DynamicNode> channel() {
    return PublisherRules.<Message>of(
        Long.MAX_VALUE - 1,
        n -> alice.channel(bob.id(), Message.text("q"), count(n), StreamOptions.to("back")));
  }

  @TestFactory
  Stream<DynamicNode> ping() {
    return PublisherRules.<Pong>of(1, n -> alice.ping(bob.id(), LIMIT));
  }

  /** It emits changes and does not complete: of one that is online it is the first state. */
  @TestFactory
  Stream<DynamicNode> presence() {
    return PublisherRules.<Presence>of(1, n -> alice.presence(bob.id()).take(1));
  }

  @TestFactory
  Stream<DynamicNode> resolve() {
    return PublisherRules.<PeerAddress>of(1, n -> alice.resolve(bob.id()));
  }

  @TestFactory
  Stream<DynamicNode> online() {
    return PublisherRules.<Void>of(0, n -> alice.online());
  }

  @Test
  void streamsThatTimeOutWhileItemsComeKeepTheRules() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    run(
        1_000,
        (watch, done) ->
            alice.stream(
                    bob.id(),
                    Message.text("q"),
                    StreamOptions.to("busy").withTimeout(Duration.ofMillis(random.nextInt(5, 13))))
                .subscribe(new Watching(watch, done, Long.MAX_VALUE)));
  }

  @Test
  void streamsThatAreCancelledWhileTheyTimeOutKeepTheRules() throws Exception {
    SplittableRandom random = new SplittableRandom(2);
    run(
        1_000,
        (watch, done) ->
            alice.stream(
                    bob.id(),
                    Message.text("q"),
                    StreamOptions.to("busy").withTimeout(Duration.ofMillis(random.nextInt(5, 13))))
                .subscribe(new Watching(watch, done, random.nextInt(1, 500))));
  }

  private interface Begin {
    void run(AtomicReference<@Nullable String> broken, CountDownLatch done);
  }

  /** Runs streams, eight at a time. */
  private static void run(int streams, Begin begin) throws InterruptedException {
    AtomicReference<@Nullable String> broken = new AtomicReference<>();
    for (int i = 0; i < streams / 8; i++) {
      CountDownLatch done = new CountDownLatch(8);
      for (int k = 0; k < 8; k++) {
        begin.run(broken, done);
      }
      assertThat(done.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(broken).hasValue(null);
  }

  /** Notes signals that overlap, or come behind the end; cancels after some items. */
  private static final class Watching implements CoreSubscriber<Message> {
    private final AtomicReference<@Nullable String> broken;
    private final CountDownLatch done;
    private final long cancelAfter;
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean ended;
    private long taken;
    private @Nullable Subscription subscription;

    Watching(AtomicReference<@Nullable String> broken, CountDownLatch done, long cancelAfter) {
      this.broken = broken;
      this.done = done;
      this.cancelAfter = cancelAfter;
    }

    @Override
    public void onSubscribe(Subscription s) {
      subscription = s;
      s.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Message item) {
      enter("an item");
      if (++taken == cancelAfter && subscription != null) {
        subscription.cancel();
        done.countDown();
      }
      inside.decrementAndGet();
    }

    private void enter(String what) {
      if (inside.getAndIncrement() != 0) {
        broken.set(what + " overlaps another signal");
      }
      if (ended) {
        broken.set(what + " comes behind the end");
      }
    }

    @Override
    public void onError(Throwable t) {
      end("a failure");
    }

    @Override
    public void onComplete() {
      end("completion");
    }

    private void end(String what) {
      enter(what);
      ended = true;
      inside.decrementAndGet();
      if (taken < cancelAfter) {
        done.countDown();
      }
    }
  }
}
