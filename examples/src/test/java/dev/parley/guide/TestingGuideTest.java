package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.Agent;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.testkit.InMemoryNetwork;
import dev.parley.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class TestingGuideTest {
  // region handler
  static final Handler.Messages BIDS =
      in ->
          in.message().size() > 100
              ? Mono.error(HandlerFailure.rejected("a bid has at most 100 bytes"))
              : Mono.just(Message.text("noted: " + in.message().text()));

  // endregion

  @Test
  void testsAHandlerAlone() {
    // region alone
    Inbound bid =
        Inbound.of(
            Identity.generate().id(),
            "auction/bid",
            Message.text("50"),
            new LinkPath("memory", "test:0", true, "none", false),
            System.nanoTime() + Duration.ofSeconds(5).toNanos(),
            System::nanoTime);

    StepVerifier.create(BIDS.receive(bid).map(Message::text))
        .expectNext("noted: 50")
        .verifyComplete();
    // endregion
  }

  // region service
  /** The service under test. It takes an Agent, and never learns which one. */
  record Auction(Agent agent, AgentId house) {
    static Disposable openHouse(Agent agent) {
      return agent.receive("auction/bid", BIDS);
    }

    Mono<String> bid(String dollars) {
      return agent
          .send(house, Message.text(dollars), SendOptions.to("auction/bid"))
          .map(Message::text);
    }
  }

  // endregion

  // region network
  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network = InMemoryNetwork.create(time);
  private final Agent bob = network.agent();
  private final Agent alice = network.agent();
  private final Auction auction = new Auction(alice, bob.id());

  // endregion

  @Test
  void testsTwoAgents() {
    // region two
    Auction.openHouse(bob);

    assertThat(time.await(auction.bid("50"))).isEqualTo("noted: 50");
    // endregion
  }

  @Test
  void testsAFailure() {
    // region failure
    Auction.openHouse(bob);

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(auction.bid("x".repeat(101))))
        .returns(FailureCode.REJECTED, MessagingException::code)
        .returns("a bid has at most 100 bytes", MessagingException::peerText);
    // endregion
  }

  @Test
  void testsAStream() {
    // region stream
    bob.receiveStreams(
        "ticks",
        in ->
            Flux.interval(Duration.ofSeconds(1), time.scheduler())
                .map(i -> Message.text("tick " + i)));

    Flux<Message> ticks = alice.stream(bob.id(), Message.empty(), StreamOptions.to("ticks"));

    assertThat(time.await(ticks.take(3).map(Message::text).collectList()))
        .containsExactly("tick 0", "tick 1", "tick 2");
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(3)); // of a clock that took no time
    // endregion
  }

  @Test
  void testsATimeout() {
    // region timeout
    bob.receive("auction/bid", in -> Mono.never());

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(auction.bid("50"))) // a minute in no time
        .returns(FailureCode.TIMEOUT, MessagingException::code);
    // endregion
  }

  @Test
  void testsALostConnection() {
    // region cut
    bob.receive("auction/bid", in -> Mono.never());
    StepVerifier.create(auction.bid("50"))
        .then(time::runDue) // nothing moves until the test says so
        .then(() -> network.cut(alice.id(), bob.id()))
        .then(time::runDue)
        .expectErrorSatisfies(
            e -> {
              assertThat(((MessagingException) e).code()).isEqualTo(FailureCode.CONNECTION_LOST);
              assertThat(((MessagingException) e).isRetryable()).isFalse(); // bob may have seen it
            })
        .verify();
    // endregion
  }
}
