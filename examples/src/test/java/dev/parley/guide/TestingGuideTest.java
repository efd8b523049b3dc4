package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AddressBook;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.MessageHandler;
import dev.parley.MessagingException;
import dev.parley.Messenger;
import dev.parley.SendOptions;
import dev.parley.testkit.InMemoryNetwork;
import dev.parley.testkit.InMemoryTransport;
import dev.parley.testkit.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class TestingGuideTest {
  // region handler
  static final MessageHandler BIDS =
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

  // region network
  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network = InMemoryNetwork.create(time);
  private final InMemoryTransport bobsEnd = network.transport(Identity.generate().id());
  private final InMemoryTransport alicesEnd = network.transport(Identity.generate().id());
  private final Messenger bob = messenger(bobsEnd);
  private final Messenger alice = messenger(alicesEnd);

  private Messenger messenger(InMemoryTransport transport) {
    Messenger messenger =
        Messenger.builder(transport.self(), transport)
            .resolver(AddressBook.create().add(bobsEnd.peerAddress()))
            .nanoClock(time)
            .timer(time.scheduler())
            .build();
    messenger.start().subscribe();
    return messenger;
  }

  // endregion

  @Test
  void testsTwoAgents() {
    // region two
    bob.receive("auction/bid", BIDS);
    AtomicReference<Message> answer = new AtomicReference<>();

    alice
        .send(bob.self(), Message.text("50"), SendOptions.to("auction/bid"))
        .subscribe(answer::set);
    time.runDue(); // nothing moves until the test says so

    assertThat(answer.get().text()).isEqualTo("noted: 50");
    // endregion
  }

  @Test
  void testsATimeout() {
    // region timeout
    bob.receive("auction/bid", in -> Mono.never());
    AtomicReference<Throwable> failure = new AtomicReference<>();

    alice
        .send(bob.self(), Message.text("50"), SendOptions.to("auction/bid"))
        .subscribe(m -> {}, failure::set);
    time.advance(Duration.ofSeconds(61)); // takes no time

    assertThat(((MessagingException) failure.get()).code()).isEqualTo(FailureCode.TIMEOUT);
    // endregion
  }

  @Test
  void testsALostConnection() {
    // region cut
    bob.receive("auction/bid", in -> Mono.never());
    AtomicReference<Throwable> failure = new AtomicReference<>();
    alice
        .send(bob.self(), Message.text("50"), SendOptions.to("auction/bid"))
        .subscribe(m -> {}, failure::set);
    time.runDue();

    network.cut(alice.self(), bob.self());
    time.runDue();

    MessagingException e = (MessagingException) failure.get();
    assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(e.isRetryable()).isFalse(); // bob may have seen it
    // endregion
  }
}
