package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.transport.rsocket.Padding;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class SecurityGuideTest {
  @RegisterExtension final Agents agents = new Agents();

  // region only
  /** Lets only these agents through to a handler. */
  static Handler.Messages only(Set<AgentId> allowed, Handler.Messages handler) {
    return in ->
        allowed.contains(in.from())
            ? handler.receive(in)
            : Mono.error(HandlerFailure.unauthorized());
  }

  // endregion

  @Test
  void letsOnlySomeIn() {
    AgentNode bob = agents.start(Agents.listening());
    AgentNode alice = agents.start(Agents.knowing(bob));
    AgentNode mallory = agents.start(Agents.knowing(bob));
    // region use
    bob.receive("", only(Set.of(alice.id()), in -> Mono.just(Message.text("welcome"))));
    // endregion
    Duration limit = Duration.ofSeconds(10);
    assertThat(alice.sendNow(bob.id(), Message.empty(), limit).text()).isEqualTo("welcome");
    MessagingException e =
        (MessagingException)
            catchThrowable(() -> mallory.sendNow(bob.id(), Message.empty(), limit));
    assertThat(e.code()).isEqualTo(FailureCode.UNAUTHORIZED);
  }

  @Test
  void blursSizesAndTellsTheSuite() {
    AgentNodeBuilder builder = Agents.listening();
    // region padding
    builder.transport(t -> t.encryption(e -> e.padding(Padding.PADME)));
    // endregion
    AgentNode bob =
        agents.start(
            builder.receive(
                in ->
                    // region path
                    in.path().postQuantum()
                        ? Mono.just(Message.text(in.path().suite()))
                        : Mono.error(HandlerFailure.unauthorized())
                // endregion
                ));
    AgentNode alice = agents.start(Agents.knowing(bob));
    assertThat(alice.sendNow(bob.id(), Message.empty(), Duration.ofSeconds(10)).text())
        .contains("MLKEM768");
  }
}
