package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.Phase;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

class FailuresGuideTest {
  private static final Page PAGE = Page.of("failures-and-retries.md");
  @RegisterExtension final Agents agents = new Agents();
  private final AgentNode bob = agents.start(Agents.listening());
  private final AgentNode alice = agents.start(Agents.knowing(bob));

  @Test
  void tellsWhatHappened() {
    bob.receive("auction/bid", in -> Mono.error(HandlerFailure.rejected("the lot is closed")));
    // region catch
    String outcome;
    try {
      alice.sendNow(bob.id(), Message.text("50"), SendOptions.to("auction/bid"));
      outcome = "accepted";
    } catch (MessagingException e) {
      outcome =
          switch (e.code()) {
            case REJECTED -> "refused: " + e.peerText();
            case UNAUTHORIZED -> "not allowed";
            case TIMEOUT, CONNECTION_LOST ->
                e.executed() == Executed.NO ? "not sent" : "nobody knows whether it counted";
            default -> e.isRetryable() ? "try again" : "failed: " + e.getMessage();
          };
    }
    // endregion
    assertThat(outcome).isEqualTo("refused: the lot is closed");
  }

  @Test
  void retriesWhatIsSafe() {
    AtomicInteger attempts = new AtomicInteger();
    bob.receive(
        "auction/bid",
        in ->
            attempts.incrementAndGet() < 3
                ? Mono.error(HandlerFailure.of(FailureCode.OVERLOADED, null, null))
                : Mono.just(Message.text("noted")));
    // region retry
    Retry whereItIsSafe =
        Retry.backoff(5, Duration.ofMillis(100))
            .filter(e -> e instanceof MessagingException m && m.isRetryable());

    Mono<Message> answer =
        alice
            .send(bob.id(), Message.text("50"), SendOptions.to("auction/bid"))
            .retryWhen(whereItIsSafe);
    // endregion
    assertThat(answer.block(Duration.ofSeconds(30)).text()).isEqualTo("noted");
    assertThat(attempts).hasValue(3);
  }

  @Test
  void retriesWhatIsHarmlessTwice() {
    bob.receive("auction/price", in -> Mono.just(Message.text("50")));
    // region idempotent
    Retry whereverItMayHelp =
        Retry.backoff(5, Duration.ofMillis(100))
            .filter(e -> e instanceof MessagingException m && m.code().isTransient());

    Mono<Message> price =
        alice
            .send(bob.id(), Message.empty(), SendOptions.to("auction/price"))
            .retryWhen(whereverItMayHelp);
    // endregion
    assertThat(price.block(Duration.ofSeconds(30)).text()).isEqualTo("50");
  }

  @Test
  void showsTheMessagesOfThePage() {
    bob.receive("bug", in -> Mono.error(new NullPointerException("secret")));
    bob.receive("no", in -> Mono.error(HandlerFailure.rejected("the lot is closed")));
    PAGE.tells(failure(alice, bob, "bug").getMessage());
    PAGE.tells(failure(alice, bob, "no").getMessage());
    PAGE.tells(failure(alice, bob, "nowhere").getMessage());

    AgentNode nobody = agents.start(Agents.listening());
    MessagingException unknown = failure(alice, nobody, "");
    assertThat(unknown.code()).isEqualTo(FailureCode.AGENT_NOT_FOUND);
    PAGE.tells(unknown.getMessage());
  }

  @Test
  void showsTheTrail() {
    PeerAddress gone;
    try (AgentNode closed = Agents.listening().startNow()) {
      gone = closed.peerAddress();
    }
    alice.addressBook().add(gone);
    MessagingException e =
        (MessagingException)
            catchThrowable(() -> alice.sendNow(gone.id(), Message.empty(), Duration.ofSeconds(5)));
    assertThat(e.code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(e.phase()).isEqualTo(Phase.DIAL);
    PAGE.tells(e.getMessage());
    e.trail().steps().forEach(step -> PAGE.tells(step.outcome()));
  }

  @Test
  void aWrongKeyAtAnAddressIsFound() {
    AgentNode other = agents.start(Agents.listening());
    PeerAddress wrong = new PeerAddress(Identity.generate().id(), other.addresses().get(0));
    alice.addressBook().add(wrong);
    MessagingException e =
        (MessagingException)
            catchThrowable(
                () -> alice.sendNow(wrong.id(), Message.empty(), Duration.ofSeconds(10)));
    assertThat(e.code()).isEqualTo(FailureCode.IDENTITY_MISMATCH);
    PAGE.tells(e.getMessage());
  }

  private static MessagingException failure(AgentNode from, AgentNode to, String route) {
    return (MessagingException)
        catchThrowable(
            () ->
                from.sendNow(
                    to.id(),
                    Message.empty(),
                    SendOptions.to(route).withTimeout(Duration.ofSeconds(10))));
  }
}
