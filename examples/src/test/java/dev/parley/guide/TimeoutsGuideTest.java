package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class TimeoutsGuideTest {
  private static final Page PAGE = Page.of("timeouts-and-cancel.md");
  @RegisterExtension final Agents agents = new Agents();
  private final AgentNode bob = agents.start(Agents.listening());
  private final AgentNode alice = agents.start(Agents.knowing(bob));

  @Test
  void oneDeadlineForEverything() {
    bob.receive("slow", in -> Mono.never());
    // region timeout
    SendOptions soon = SendOptions.to("slow").withTimeout(Duration.ofMillis(500));
    Mono<Message> answer = alice.send(bob.id(), Message.empty(), soon);
    // endregion
    MessagingException e = (MessagingException) catchThrowable(answer::block);
    assertThat(e.code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(e.executed()).isEqualTo(Executed.UNKNOWN);
    PAGE.tells(e.getMessage());
  }

  @Test
  void theHandlerKnowsHowLongTheCallerWaits() {
    AtomicReference<Duration> left = new AtomicReference<>(Duration.ZERO);
    // region remaining
    bob.receive(
        "quote",
        in -> {
          left.set(in.remaining());
          Duration half = in.remaining().dividedBy(2);
          return exactQuote(in.message()).timeout(half, roughQuote(in.message()));
        });
    // endregion
    Message answer =
        alice.sendNow(
            bob.id(), Message.empty(), SendOptions.to("quote").withTimeout(Duration.ofSeconds(2)));
    assertThat(answer.text()).isEqualTo("about 50");
    assertThat(left.get()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(2));
  }

  private static Mono<Message> exactQuote(Message lot) {
    return Mono.never();
  }

  private static Mono<Message> roughQuote(Message lot) {
    return Mono.just(Message.text("about 50"));
  }

  @Test
  void cancellingReachesTheHandler() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    // region cancel
    bob.receive(
        "search",
        in ->
            Mono.<Message>never()
                .doOnSubscribe(s -> begun.countDown())
                .doOnCancel(cancelled::countDown));

    Disposable search = alice.send(bob.id(), Message.empty(), SendOptions.to("search")).subscribe();
    begun.await();
    search.dispose();
    // endregion
    assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void refusesWhatIsOutOfRange() {
    PAGE.tells(catchThrowable(() -> SendOptions.timeout(Duration.ZERO)).getMessage());
  }
}
