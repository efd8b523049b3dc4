package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.Dht;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class FirstNodeGuideTest {
  private static final Page PAGE = Page.of("first-node.md");
  @RegisterExtension final Agents agents = new Agents();

  @Test
  void sendsOneMessage() {
    // region bob
    AgentNode bob =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("auction-house")
            .listen("127.0.0.1", 0)
            .with(Dht.defaults()) // it can be found, and lets others be found
            .receive("auction/bid", in -> Mono.just(Message.text("noted: " + in.message().text())))
            .startNow();
    // endregion
    agents.add(bob);

    // region alice
    AgentNode alice =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("auction-house")
            .with(Dht.seeds(bob.peerAddress()))
            .startNow();
    Message answer =
        alice.sendNow(bob.id(), Message.text("50 on the clown"), SendOptions.to("auction/bid"));
    System.out.println(answer.text()); // noted: 50 on the clown
    // endregion
    agents.add(alice);

    assertThat(answer.text()).isEqualTo("noted: 50 on the clown");
  }

  @Test
  void tellsWhatIsMissing() {
    assertThatThrownBy(() -> AgentNode.builder().start())
        .satisfies(e -> PAGE.tells(e.getMessage()));
  }

  @Test
  void aPortThatIsTakenIsAnError() {
    AgentNode bob = agents.start(Agents.listening());
    int port = bob.addresses().get(0).port();
    assertThatThrownBy(() -> Agents.listening().listen("127.0.0.1", port).startNow())
        .satisfies(e -> PAGE.tells(e.getMessage()));
  }

  @Test
  void theWrongRouteIsAnError() {
    AgentNode bob = agents.start(Agents.listening());
    AgentNode alice = agents.start(Agents.knowing(bob));
    assertThatThrownBy(
            () -> alice.sendNow(bob.id(), Message.empty(), SendOptions.to("auction/bdi")))
        .isInstanceOf(MessagingException.class)
        .satisfies(e -> PAGE.tells(e.getMessage()));
  }
}
