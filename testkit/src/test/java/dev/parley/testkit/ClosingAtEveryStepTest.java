package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AddressBook;
import dev.parley.Agent.SignalResult;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Presence;
import dev.parley.SendOptions;
import dev.parley.messenger.Messenger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A messenger is closed, or begins to drain, before every single task that a call makes run, its
 * timer ends with it, and each call still ends once.
 */
@ExtendWith(LeakExtension.class)
class ClosingAtEveryStepTest {
  private static final Duration HOP = Duration.ofMillis(40);
  private static final Duration WORK = Duration.ofMillis(300);
  private static final Duration ENOUGH = Duration.ofSeconds(30);
  private static final Duration LIMIT = Duration.ofMillis(500);
  private static final SendOptions OPTIONS = SendOptions.timeout(Duration.ofSeconds(10));
  private static final Message MESSAGE = Message.text("m");

  /** What a user can ask of a messenger. */
  enum Verb {
    SEND((messenger, peer) -> messenger.send(peer, MESSAGE, OPTIONS)),
    SIGNAL((messenger, peer) -> messenger.signal(peer, MESSAGE, OPTIONS)),
    SIGNAL_ALL((messenger, peer) -> messenger.signalAll(List.of(peer), MESSAGE, OPTIONS)),
    STREAM((messenger, peer) -> messenger.stream(peer, MESSAGE)),
    CHANNEL(
        (messenger, peer) ->
            messenger.channel(peer, MESSAGE, Flux.just(MESSAGE, MESSAGE, MESSAGE))),
    PING((messenger, peer) -> messenger.ping(peer, Duration.ofSeconds(10))),
    CONNECT(Messenger::connect),
    PRESENCE((messenger, peer) -> messenger.presence(peer, Duration.ofSeconds(5)));

    private final BiFunction<Messenger, AgentId, Publisher<?>> call;

    Verb(BiFunction<Messenger, AgentId, Publisher<?>> call) {
      this.call = call;
    }
  }

  /** Two agents and one call. */
  private static final class Run {
    private final Steps steps;
    private final VirtualTime time = VirtualTime.create();
    private final Scheduler handlers = time.scheduler();
    private final InMemoryNetwork network;
    private final AddressBook addresses = AddressBook.create();
    private final Map<Messenger, Scheduler> timers = new HashMap<>();
    private final Messenger alice;
    private final Messenger bob;
    private final Caller caller = new Caller();

    Run(int at) {
      steps = new Steps(at);
      network = InMemoryNetwork.on(steps.counting(time.scheduler()), time).latency(HOP).create();
      alice = messenger();
      bob = messenger();
      bob.receive("", in -> after(WORK).thenReturn(MESSAGE));
      bob.receiveSignals("", in -> after(WORK));
      bob.receiveStreams(
          "", in -> Flux.range(0, 3).concatMap(i -> after(WORK).thenReturn(MESSAGE)));
      bob.receiveChannels(
          "", (in, items) -> items.concatMap(item -> after(WORK).thenReturn(MESSAGE)));
    }

    private Mono<Void> after(Duration pause) {
      return Mono.delay(pause, handlers).then();
    }

    private Messenger messenger() {
      InMemoryTransport transport = network.transport(Identity.generate().id());
      addresses.add(transport.peerAddress());
      Scheduler timer = steps.counting(time.scheduler());
      Messenger messenger =
          Messenger.builder(transport.self(), transport)
              .resolver(addresses)
              .nanoClock(time)
              .timer(timer)
              .build();
      messenger.start().block();
      timers.put(messenger, timer);
      return messenger;
    }

    void linkUp() {
      alice.ping(bob.id(), Duration.ofSeconds(10)).subscribe(pong -> {}, e -> {});
      time.advance(Duration.ofSeconds(1));
    }

    /** Ends a messenger, and its timer when that is done, as a node does. */
    void end(Messenger messenger, boolean drain) {
      Mono<Void> ending = drain ? messenger.drain(LIMIT) : messenger.close();
      ending.subscribe(v -> {}, e -> {}, timers.get(messenger)::dispose);
    }

    void call(Verb verb) {
      verb.call.apply(alice, bob.id()).subscribe(caller);
    }

    @Override
    public String toString() {
      return caller.values + " " + caller.ends;
    }
  }

  /** Writes down what it is told, and cancels nothing. */
  private static final class Caller implements CoreSubscriber<Object> {
    private final List<Object> values = new ArrayList<>();
    private final List<Object> ends = new ArrayList<>();

    @Override
    public void onSubscribe(Subscription s) {
      s.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Object value) {
      values.add(value);
    }

    @Override
    public void onError(Throwable t) {
      ends.add(t);
    }

    @Override
    public void onComplete() {
      ends.add("complete");
    }
  }

  private static int stepsOf(Verb verb, boolean linked) {
    Run run = new Run(0);
    if (linked) {
      run.linkUp();
    }
    int before = run.steps.count();
    run.call(verb);
    run.time.advance(verb == Verb.PRESENCE ? Duration.ofSeconds(12) : ENOUGH);
    assertThat(run.caller.ends).hasSize(verb == Verb.PRESENCE ? 0 : 1);
    assertThat(run.steps.count() - before).isGreaterThan(linked && verb == Verb.CONNECT ? -1 : 0);
    return run.steps.count();
  }

  private static Run run(Verb verb, boolean linked, int step, boolean isAlices, boolean drain) {
    Run run = new Run(step);
    Messenger ending = isAlices ? run.alice : run.bob;
    run.steps.then(() -> run.end(ending, drain));
    if (linked) {
      run.linkUp();
    }
    run.call(verb);
    run.time.advance(ENOUGH);
    return run;
  }

  private static void assertNothingIsLeft(Run run) {
    assertThat(run.alice.sendsInFlight()).isZero();
    assertThat(run.alice.handlersRunning()).isZero();
    assertThat(run.bob.handlersRunning()).isZero();
  }

  private static void assertIsShutDown(Object end) {
    assertThat(end)
        .isInstanceOfSatisfying(
            MessagingException.class,
            e -> assertThat(e.code()).as(e.toString()).isEqualTo(FailureCode.SHUT_DOWN));
  }

  private static void check(Verb verb, Run run, boolean isAlices) {
    assertNothingIsLeft(run);
    if (verb == Verb.PRESENCE) {
      if (isAlices) {
        assertThat(run.caller.ends).containsExactly("complete");
        assertThat(run.caller.values).allMatch(value -> ((Presence) value).isOnline());
      }
      return;
    }
    assertThat(run.caller.ends).hasSize(1);
    Object end = run.caller.ends.get(0);
    if (!isAlices) {
      assertThat(end).matches(e -> e.equals("complete") || e instanceof MessagingException);
    } else if (!end.equals("complete")) {
      assertIsShutDown(end);
    } else if (verb == Verb.SIGNAL_ALL) {
      assertThat(run.caller.values).hasSize(1);
      SignalResult result = (SignalResult) run.caller.values.get(0);
      if (!result.isSent()) {
        assertIsShutDown(result.failure());
      }
    }
  }

  private static void closeAtEveryStep(Verb verb, boolean isAlices, boolean drain) {
    for (boolean linked : new boolean[] {false, true}) {
      int steps = stepsOf(verb, linked);
      for (int step = 1; step <= steps; step++) {
        Run run = run(verb, linked, step, isAlices, drain);
        String where = (linked ? "linked" : "first") + ", step " + step + ": " + run;
        try {
          check(verb, run, isAlices);
        } catch (AssertionError e) {
          throw new AssertionError(where, e);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void callsEndOnceWhenTheirNodeIsClosed(Verb verb) {
    closeAtEveryStep(verb, true, false);
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void callsEndOnceWhenTheirNodeDrains(Verb verb) {
    closeAtEveryStep(verb, true, true);
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void callsEndOnceWhenThePeerIsClosed(Verb verb) {
    closeAtEveryStep(verb, false, false);
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void callsEndOnceWhenThePeerDrains(Verb verb) {
    closeAtEveryStep(verb, false, true);
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void callsThatWereMadeBeforeAndAreSubscribedAfterTheCloseEndAtOnce(Verb verb) {
    for (boolean linked : new boolean[] {false, true}) {
      Run run = new Run(0);
      if (linked) {
        run.linkUp();
      }
      Publisher<?> made = verb.call.apply(run.alice, run.bob.id());
      run.end(run.alice, false);
      run.end(run.alice, false);
      run.time.advance(HOP);
      assertThat(run.timers.get(run.alice).isDisposed()).isTrue();

      made.subscribe(run.caller);

      assertThat(run.caller.ends).as("at once").hasSize(1);
      run.time.advance(ENOUGH);
      check(verb, run, true);
    }
  }
}
