package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Agent.SignalResult;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.jackson.JsonMessages;
import dev.parley.node.AgentNode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class ReceiveGuideTest {
  private static final Page PAGE = Page.of("receive-and-answer.md");
  @RegisterExtension final Agents agents = new Agents();
  private final AgentNode bob = agents.start(Agents.listening());
  private final AgentNode alice = agents.start(Agents.knowing(bob));

  @Test
  void answersByRoute() {
    // region routes
    bob.receive("clock/now", in -> Mono.just(Message.text("12:00")));
    bob.receive("echo", in -> Mono.just(in.message()));
    bob.receive("log", in -> Mono.empty()); // an empty answer is an empty message
    // endregion

    assertThat(alice.send(bob.id(), Message.empty(), SendOptions.to("clock/now")).block().text())
        .isEqualTo("12:00");
    assertThat(alice.sendNow(bob.id(), Message.empty(), SendOptions.to("log")).size()).isZero();
    Message sent = Message.text("hi").withHeader("lang", "en");
    assertThat(alice.sendNow(bob.id(), sent, SendOptions.to("echo"))).isEqualTo(sent);
  }

  @Test
  void decidesByWhoAsks() {
    // region who
    Set<AgentId> bidders = Set.of(alice.id());
    bob.receive(
        "auction/bid",
        in -> {
          if (!bidders.contains(in.from())) {
            return Mono.error(HandlerFailure.unauthorized());
          }
          if (in.message().size() > 100) {
            return Mono.error(HandlerFailure.rejected("a bid has at most 100 bytes"));
          }
          return Mono.just(Message.text("noted"));
        });
    // endregion
    AgentNode stranger = agents.start(Agents.knowing(bob));
    SendOptions bid = SendOptions.to("auction/bid");

    assertThat(alice.sendNow(bob.id(), Message.text("50"), bid).text()).isEqualTo("noted");
    assertThat(failure(stranger, Message.text("50")).code()).isEqualTo(FailureCode.UNAUTHORIZED);
    MessagingException tooLong = failure(alice, Message.text("x".repeat(101)));
    assertThat(tooLong.code()).isEqualTo(FailureCode.REJECTED);
    assertThat(tooLong.peerText()).isEqualTo("a bid has at most 100 bytes");
  }

  private MessagingException failure(AgentNode from, Message message) {
    return (MessagingException)
        org.assertj.core.api.Assertions.catchThrowable(
            () -> from.sendNow(bob.id(), message, SendOptions.to("auction/bid")));
  }

  // region bid
  record Bid(String lot, int dollars) {}

  record Receipt(String lot, String state) {}

  // endregion

  @Test
  void answersValues() {
    // region json
    JsonMessages json = JsonMessages.create();
    bob.receive(
        "auction/bid",
        json.handler(Bid.class, (bid, in) -> Mono.just(new Receipt(bid.lot(), "leading"))));

    Message answer =
        alice.sendNow(bob.id(), json.write(new Bid("clown", 50)), SendOptions.to("auction/bid"));
    Receipt receipt = json.read(answer, Receipt.class);
    // endregion

    assertThat(receipt).isEqualTo(new Receipt("clown", "leading"));
    assertThatThrownBy(
            () -> alice.sendNow(bob.id(), Message.text("{"), SendOptions.to("auction/bid")))
        .isInstanceOfSatisfying(
            MessagingException.class, e -> PAGE.tells(String.valueOf(e.peerText())));
  }

  @Test
  void takesSignals() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    // region signals
    bob.receiveSignals(
        "auction/closed", in -> Mono.fromRunnable(() -> seen.add(in.message().text())));

    alice.signal(bob.id(), Message.text("clown"), SendOptions.to("auction/closed")).block();
    List<SignalResult> results =
        alice
            .signalAll(List.of(bob.id()), Message.text("bear"), SendOptions.to("auction/closed"))
            .collectList()
            .block();
    // endregion

    assertThat(results).allMatch(SignalResult::isSent);
    assertThat(List.of(seen.poll(30, TimeUnit.SECONDS), seen.poll(30, TimeUnit.SECONDS)))
        .containsExactlyInAnyOrder("clown", "bear");
  }
}
