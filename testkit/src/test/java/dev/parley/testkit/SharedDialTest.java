package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.spi.Link;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Callers that share a dial of one peer, and know different things. */
class SharedDialTest {
  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network = InMemoryNetwork.create(time);
  private final InMemoryTransport alice = network.transport(Identity.generate().id());
  private final AgentId ghost = Identity.generate().id();
  private final Address nowhere = Address.tcp("nowhere.memory", 1);

  private CompletableFuture<Link> dial(Flux<Candidate> candidates) {
    return alice.connect(ghost, trail -> candidates, trail -> {}).toFuture();
  }

  /**
   * A lookup asks the nodes near a key, the sought agent among them; were that request to wait for
   * the lookup, each would wait for the other.
   */
  @Test
  void aCallerWhoseAddressesHaveFailedDoesNotWaitForTheLookupOfAnother() {
    alice.start(new ScriptedReceiver()).block();
    Sinks.Empty<Candidate> lookup = Sinks.empty();
    CompletableFuture<Link> sending = dial(lookup.asMono().flux());
    CompletableFuture<Link> asking = dial(Flux.just(new Candidate(nowhere, "test")));
    time.runDue();

    assertThat(asking).isCompletedExceptionally();
    assertThat(code(asking)).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(sending).isNotDone();

    lookup.tryEmitEmpty();
    time.runDue();
    assertThat(code(sending)).isEqualTo(FailureCode.AGENT_UNREACHABLE);
  }

  private static FailureCode code(CompletableFuture<Link> dial) {
    return ((MessagingException) dial.handle((link, e) -> e).join()).code();
  }
}
