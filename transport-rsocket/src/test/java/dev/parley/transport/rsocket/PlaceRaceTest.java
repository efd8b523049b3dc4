package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.LinkEnd;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;
import reactor.test.subscriber.TestSubscriber;

/** The addresses of one name, whose head starts end when the test says so. */
class PlaceRaceTest {
  private final TestPublisher<CarriedLink> first = TestPublisher.create();
  private final TestPublisher<CarriedLink> second = TestPublisher.create();
  private final TestPublisher<Void> headStart = TestPublisher.create();
  private final List<LinkEnd> closed = new ArrayList<>();
  private final TestSubscriber<CarriedLink> dialler = TestSubscriber.create();

  private CarriedLink link() {
    return (CarriedLink)
        Proxy.newProxyInstance(
            CarriedLink.class.getClassLoader(),
            new Class<?>[] {CarriedLink.class},
            (proxy, method, args) ->
                method.getName().equals("close")
                    ? Mono.fromRunnable(() -> closed.add((LinkEnd) args[0]))
                    : "a link");
  }

  private void race() {
    PlaceRace.of(List.of(first.mono(), second.mono()), headStart.mono()).subscribe(dialler);
  }

  private static MessagingException failure(Phase phase) {
    return MessagingException.builder(FailureCode.AGENT_UNREACHABLE, phase).build();
  }

  @Test
  void theSecondBeginsWhenTheHeadStartIsOver() {
    race();
    first.assertWasSubscribed();
    second.assertWasNotSubscribed();

    headStart.complete();
    CarriedLink link = link();
    second.emit(link);

    assertThat(dialler.expectTerminalSignal().isOnComplete()).isTrue();
    assertThat(dialler.getReceivedOnNext()).hasSize(1);
    first.assertCancelled();
  }

  @Test
  void theSecondBeginsAtOnceWhereTheFirstFails() {
    race();

    first.error(failure(Phase.DIAL));

    second.assertWasSubscribed();
    second.emit(link());
    assertThat(dialler.getReceivedOnNext()).hasSize(1);
  }

  @Test
  void theSecondDoesNotBeginWhereTheFirstLeadsThere() {
    race();

    first.emit(link());

    second.assertWasNotSubscribed();
    assertThat(dialler.getReceivedOnNext()).hasSize(1);
    assertThat(closed).isEmpty();
  }

  @Test
  void tellsWhatCameFurthest() {
    race();

    first.error(failure(Phase.HANDSHAKE));
    second.error(failure(Phase.DIAL));

    assertThat(((MessagingException) dialler.expectTerminalError()).phase())
        .isEqualTo(Phase.HANDSHAKE);
  }

  @Test
  void cancellingAbandonsAllThatRuns() {
    race();
    headStart.complete();

    dialler.cancel();

    first.assertCancelled();
    second.assertCancelled();
  }
}
