package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.delegation.CallOptions;
import dev.parley.delegation.Claim;
import dev.parley.delegation.Delegation;
import dev.parley.delegation.Delegations;
import dev.parley.delegation.Grant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Functions and grants between nodes over sockets, with the grantor's state in a file. */
class DelegationIT {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Identity bobsKey = Identity.generate();

  @TempDir private Path directory;

  private AgentNode bob() {
    AgentNode bob =
        AgentNode.builder()
            .identity(bobsKey)
            .network("bank")
            .listen("127.0.0.1", 0)
            .state(directory.resolve("bob.state"))
            .with(Delegation.defaults())
            .startNow();
    doors(bob)
        .functions()
        .serve("ledger/read", call -> Mono.just(Message.text("read by " + call.from())));
    doors(bob)
        .functions()
        .serveStream(
            "ledger/entries",
            call -> Flux.just("a", "b").map(Message::text).concatWith(Flux.never()));
    return bob;
  }

  private static AgentNode caller(AgentNode bob) {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network("bank")
        .peer(bob.peerAddress())
        .with(Delegation.defaults())
        .startNow();
  }

  private static Delegations doors(AgentNode node) {
    return node.protocol(Delegations.class).orElseThrow();
  }

  private static void refused(Mono<Message> call) {
    StepVerifier.create(call)
        .expectErrorSatisfies(
            e ->
                assertThat(e)
                    .isInstanceOfSatisfying(
                        MessagingException.class,
                        m -> assertThat(m.code()).isEqualTo(FailureCode.UNAUTHORIZED)))
        .verify(LONG);
  }

  @Test
  void aNarrowedClaimServesAThirdOverARestartUntilItIsRevoked() {
    Claim claim;
    AgentNode bob = bob();
    AgentNode alice = caller(bob);
    AgentNode carol = caller(bob);
    try {
      claim =
          doors(bob)
              .grants()
              .grant(Grant.to(alice.id()).functions("ledger/*").delegable(1))
              .block(LONG);
      doors(alice).claims().add(Claim.parse(claim.toText()));
      for (int i = 0; i < 3; i++) { // in full, then by its name
        assertThat(doors(alice).call(bob.id(), "ledger/read", Message.empty()).block(LONG).text())
            .isEqualTo("read by " + alice.id());
      }
      Claim carols =
          doors(alice).claims().narrow(claim, Grant.to(carol.id()).functions("ledger/entries"));
      doors(carol).claims().add(carols);
      refused(doors(carol).call(bob.id(), "ledger/read", Message.empty()));
      StepVerifier.create(
              doors(carol).stream(
                  bob.id(), "ledger/entries", Message.empty(), CallOptions.claim(carols)))
          .expectNextCount(2)
          .then(() -> doors(bob).grants().revoke(claim.grantId()).subscribe())
          .expectErrorSatisfies(
              e ->
                  assertThat(((MessagingException) e).code()).isEqualTo(FailureCode.REMOTE_FAILURE))
          .verify(LONG);
      refused(doors(alice).call(bob.id(), "ledger/read", Message.empty()));
    } finally {
      List.of(bob, alice, carol).forEach(AgentNode::close);
    }

    AgentNode again = bob();
    AgentNode late = caller(again);
    try {
      assertThat(doors(again).grants().find(claim.grantId()).block(LONG).revokedAt()).isPresent();
      refused(doors(late).call(again.id(), "ledger/read", Message.empty()));
    } finally {
      late.close();
      again.close();
    }
  }
}
