package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.jackson.JsonMessages;
import dev.parley.node.AgentNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class FromGrpcGuideTest {
  @RegisterExtension final Agents agents = new Agents();

  // region types
  record Bid(String lot, int dollars) {}

  record Receipt(String state) {}

  // endregion

  @Test
  void after() {
    AgentNode bob = agents.start(Agents.listening());
    AgentNode alice = agents.start(Agents.knowing(bob));
    // region server
    JsonMessages json = JsonMessages.create();
    bob.receive(
        "auction/PlaceBid",
        json.handler(
            Bid.class,
            (bid, in) ->
                bid.dollars() > 0
                    ? Mono.just(new Receipt("leading"))
                    : Mono.error(HandlerFailure.rejected("a bid is at least 1 dollar"))));
    // endregion
    // region client
    SendOptions placeBid = SendOptions.to("auction/PlaceBid").withTimeout(Duration.ofSeconds(2));
    Receipt receipt =
        json.read(
            alice.sendNow(bob.id(), json.write(new Bid("clown", 50)), placeBid), Receipt.class);
    // endregion
    assertThat(receipt.state()).isEqualTo("leading");
    MessagingException e =
        (MessagingException)
            catchThrowable(
                () -> alice.sendNow(bob.id(), json.write(new Bid("clown", 0)), placeBid));
    assertThat(e.code()).isEqualTo(FailureCode.REJECTED);
  }
}
