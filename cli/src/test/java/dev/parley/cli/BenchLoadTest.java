package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class BenchLoadTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Queue<Sinks.One<Message>> waiting = new ArrayDeque<>();
  private int sends;

  private final BenchLoad load =
      new BenchLoad(this::send, 2, () -> time.now(TimeUnit.NANOSECONDS), time);

  private Mono<Message> send() {
    sends++;
    Sinks.One<Message> answer = Sinks.one();
    waiting.add(answer);
    return answer.asMono();
  }

  private static MessagingException failure() {
    return MessagingException.builder(FailureCode.OVERLOADED, Phase.AWAIT).build();
  }

  @Test
  void eachAnswerStartsTheNextSend() {
    load.start();
    assertThat(sends).isEqualTo(2);

    time.advanceTimeBy(Duration.ofMillis(5));
    waiting.remove().tryEmitValue(Message.empty());

    assertThat(sends).isEqualTo(3);
    Histogram latency = load.takeLatency();
    assertThat(latency.getTotalCount()).isEqualTo(1);
    assertThat(latency.getMaxValue() / 1_000_000).isEqualTo(5);
    assertThat(load.takeLatency().getTotalCount()).isZero();
  }

  @Test
  void restsAfterAFailure() {
    load.start();

    waiting.remove().tryEmitError(failure());

    assertThat(load.failures()).containsOnlyKeys(FailureCode.OVERLOADED);
    assertThat(sends).isEqualTo(2);
    time.advanceTimeBy(BenchLoad.REST);
    assertThat(sends).isEqualTo(3);
  }

  @Test
  void stopsWhenWhatIsInFlightHasEnded() {
    load.start();
    StepVerifier.Step<Void> stopped = StepVerifier.create(load.stop());

    waiting.remove().tryEmitValue(Message.empty());
    waiting.remove().tryEmitError(failure());
    time.advanceTimeBy(BenchLoad.REST);

    stopped.verifyComplete();
    assertThat(sends).isEqualTo(2);
  }

  @Test
  void aFaultThatIsNoFailureOfAMessageEndsIt() {
    load.start();

    waiting.remove().tryEmitError(new IllegalStateException("a fault"));

    StepVerifier.create(load.stop()).verifyErrorMessage("a fault");
  }
}
