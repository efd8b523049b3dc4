package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.Address;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.StreamOptions;
import dev.parley.testkit.fault.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Streams and channels between two real nodes over loopback. */
@Timeout(600)
class StreamsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int WINDOW = 256;

  /** Few, as the leak detector notes each use of each buffer. */
  private static final int ITEMS = 2_000;

  private final List<AgentNode> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(AgentNode::close);
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNode node = builder.identity(Identity.generate()).network("test").start().block(LIMIT);
    nodes.add(node);
    return node;
  }

  private AgentNode bob() {
    return start(AgentNode.builder().listen("127.0.0.1", 0));
  }

  private AgentNode knowing(AgentNode peer) {
    return start(AgentNode.builder().peer(new PeerAddress(peer.id(), peer.addresses().get(0))));
  }

  /** Takes {@code batch} items at a time, and looks how many are under way. */
  private static final class SlowConsumer extends BaseSubscriber<Message> {
    private final AtomicLong produced;
    private final int batch;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong mostUnderWay = new AtomicLong();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private long asked;

    SlowConsumer(AtomicLong produced, int batch) {
      this.produced = produced;
      this.batch = batch;
    }

    @Override
    protected void hookOnSubscribe(Subscription s) {
      ask();
    }

    private void ask() {
      asked += batch;
      request(batch);
    }

    @Override
    protected void hookOnNext(Message item) {
      long underWay = produced.get() - taken.get();
      mostUnderWay.accumulateAndGet(underWay, Math::max);
      if (taken.incrementAndGet() == asked) {
        ask();
      }
    }

    @Override
    protected void hookOnComplete() {
      end.complete(null);
    }

    @Override
    protected void hookOnError(Throwable t) {
      end.completeExceptionally(t);
    }
  }

  @Test
  void aSlowConsumerHoldsAFastProducer() throws Exception {
    AgentNode bob = bob();
    AgentNode alice = knowing(bob);
    AtomicLong produced = new AtomicLong();
    byte[] data = new byte[128];
    bob.receiveStreams(
        "fast",
        in ->
            Flux.generate(
                sink -> {
                  if (produced.incrementAndGet() > ITEMS) {
                    sink.complete();
                  } else {
                    sink.next(Message.of(data));
                  }
                }));
    SlowConsumer consumer = new SlowConsumer(produced, 100);

    alice.stream(bob.id(), Message.empty(), StreamOptions.to("fast")).subscribe(consumer);
    consumer.end.get(60, TimeUnit.SECONDS);

    assertThat(consumer.taken).hasValue(ITEMS);
    assertThat(consumer.mostUnderWay.get()).isBetween(1L, 100L);
  }

  @Test
  void anUnboundedConsumerIsAWindowAheadAtMost() throws Exception {
    AgentNode bob = bob();
    AgentNode alice = knowing(bob);
    AtomicLong produced = new AtomicLong();
    bob.receiveStreams("fast", in -> Flux.range(0, ITEMS).map(i -> counted(produced)));
    SlowConsumer consumer = new SlowConsumer(produced, Integer.MAX_VALUE);

    alice.stream(bob.id(), Message.empty(), StreamOptions.to("fast")).subscribe(consumer);
    consumer.end.get(60, TimeUnit.SECONDS);

    assertThat(consumer.taken).hasValue(ITEMS);
    assertThat(consumer.mostUnderWay.get()).isBetween(2L, (long) WINDOW);
  }

  /** rsocket-core's own accounting ends at 2^31 - 1; a window of four is passed 500 times. */
  @Test
  void demandGoesOnBeyondWhatRSocketCounts() throws Exception {
    AgentNode bob = bob();
    AgentNode alice =
        start(
            AgentNode.builder()
                .peer(new PeerAddress(bob.id(), bob.addresses().get(0)))
                .transport(t -> t.streams(s -> s.streamWindow(4))));
    AtomicLong produced = new AtomicLong();
    bob.receiveStreams("fast", in -> Flux.range(0, ITEMS).map(i -> counted(produced)));
    AtomicLong asked = new AtomicLong();
    CompletableFuture<Long> all = new CompletableFuture<>();

    alice.stream(bob.id(), Message.empty(), StreamOptions.to("fast"))
        .subscribe(
            new BaseSubscriber<>() {
              private long taken;

              @Override
              protected void hookOnSubscribe(Subscription s) {
                ask();
              }

              private void ask() {
                asked.addAndGet(Integer.MAX_VALUE - 1);
                request(Integer.MAX_VALUE - 1);
              }

              @Override
              protected void hookOnNext(Message item) {
                if (++taken % 100 == 0) {
                  ask();
                }
              }

              @Override
              protected void hookOnComplete() {
                all.complete(taken);
              }

              @Override
              protected void hookOnError(Throwable t) {
                all.completeExceptionally(t);
              }
            });

    assertThat(all.get(60, TimeUnit.SECONDS)).isEqualTo(ITEMS);
    assertThat(asked.get()).isGreaterThan(10L << 31);
  }

  private static Message counted(AtomicLong produced) {
    produced.incrementAndGet();
    return Message.text("item");
  }

  @Test
  void itemsOfTheLargestSizeDoNotFillTheLink() throws Exception {
    AgentNode bob = bob();
    AgentNode alice = knowing(bob);
    byte[] large = new byte[4 << 20];
    bob.receiveStreams("large", in -> Flux.range(0, 12).map(i -> Message.of(large)));

    Long bytes =
        alice.stream(bob.id(), Message.empty(), StreamOptions.to("large"))
            .map(m -> (long) m.size())
            .reduce(0L, Long::sum)
            .block(LIMIT);

    assertThat(bytes).isEqualTo(12L * large.length);
  }

  @Test
  void cancellingFreesTheHandler() throws Exception {
    AgentNode bob = bob();
    AgentNode alice = knowing(bob);
    CountDownLatch cancelled = new CountDownLatch(1);
    bob.receiveStreams(
        "ever",
        in ->
            Flux.<Message>generate(sink -> sink.next(Message.text("tick")))
                .doOnCancel(cancelled::countDown));

    List<Message> some =
        alice.stream(bob.id(), Message.empty(), StreamOptions.to("ever"))
            .take(500)
            .collectList()
            .block(LIMIT);

    assertThat(some).hasSize(500);
    assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(alice.send(bob.id(), Message.empty()).onErrorComplete().block(LIMIT)).isNull();
  }

  @Test
  void aLostLinkEndsAChannelOnceAtBothSides() throws Exception {
    AgentNode bob = bob();
    try (FaultProxy proxy = FaultProxy.to("127.0.0.1", bob.addresses().get(0).port()).start()) {
      AgentNode alice =
          start(
              AgentNode.builder()
                  .peer(new PeerAddress(bob.id(), Address.tcp("127.0.0.1", proxy.port()))));
      CompletableFuture<Throwable> atBob = new CompletableFuture<>();
      CountDownLatch answersCancelled = new CountDownLatch(1);
      Sinks.Many<Message> answers = Sinks.many().unicast().onBackpressureBuffer();
      bob.receiveChannels(
          "talk",
          (opening, items) -> {
            items
                .doOnNext(answers::tryEmitNext)
                .subscribe(m -> {}, atBob::complete, () -> atBob.complete(null));
            return answers.asFlux().doOnCancel(answersCancelled::countDown);
          });
      Sinks.Many<Message> items = Sinks.many().unicast().onBackpressureBuffer();
      CompletableFuture<Message> first = new CompletableFuture<>();
      CompletableFuture<Throwable> atAlice = new CompletableFuture<>();
      alice
          .channel(bob.id(), Message.empty(), items.asFlux(), StreamOptions.to("talk"))
          .subscribe(first::complete, atAlice::complete, () -> atAlice.complete(null));
      items.tryEmitNext(Message.text("hello"));
      assertThat(first.get(30, TimeUnit.SECONDS).text()).isEqualTo("hello");

      proxy.resetAll();

      MessagingException e = (MessagingException) atAlice.get(30, TimeUnit.SECONDS);
      assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_LOST);
      assertThat(e.executed()).isEqualTo(Executed.YES);
      assertThat(((MessagingException) atBob.get(30, TimeUnit.SECONDS)).code())
          .isEqualTo(FailureCode.CONNECTION_LOST);
      assertThat(answersCancelled.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void streamsLeavePlacesForRequests() {
    AgentNode bob =
        start(
            AgentNode.builder()
                .listen("127.0.0.1", 0)
                .transport(t -> t.limits(l -> l.maxConcurrentRequests(8)))
                .receive(in -> Mono.just(in.message()))
                .receiveStreams("ever", in -> Flux.never()));
    AgentNode alice = knowing(bob);
    alice.send(bob.id(), Message.empty()).block(LIMIT);
    for (int i = 0; i < 6; i++) {
      alice.stream(bob.id(), Message.empty(), StreamOptions.to("ever")).subscribe(m -> {}, e -> {});
    }

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(
            () ->
                alice.stream(bob.id(), Message.empty(), StreamOptions.to("ever")).blockFirst(LIMIT))
        .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.OVERLOADED));
    assertThat(alice.send(bob.id(), Message.text("still")).block(LIMIT).text()).isEqualTo("still");
  }
}
