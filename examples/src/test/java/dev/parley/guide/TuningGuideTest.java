package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.spi.Bound;
import dev.parley.transport.rsocket.SharedLoops;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class TuningGuideTest {
  private static final Page PAGE = Page.of("sizing-and-tuning.md");
  @RegisterExtension final Agents agents = new Agents();

  @Test
  void boundsMemory() {
    AgentNodeBuilder builder = Agents.listening();
    // region small
    builder
        .limits(l -> l.maxConcurrentHandlers(256))
        .transport(
            t ->
                t.limits(
                        l ->
                            l.maxMessageBytes(64 << 10)
                                .maxConnections(200)
                                .maxConcurrentRequests(64))
                    .memory(
                        m ->
                            m.maxNodeReassemblyBytes(16L << 20)
                                .outboundHighBytes(256 << 10)
                                .outboundLowBytes(64 << 10)
                                .outboundMaxBytes(1 << 20)
                                .maxNodeOutboundBytes(32L << 20)));
    // endregion
    AgentNode bob = agents.start(builder.receive(in -> Mono.just(in.message())));
    AgentNode alice = agents.start(Agents.knowing(bob));
    Message large = Message.of(new byte[(64 << 10) + 1]);
    MessagingException e =
        (MessagingException)
            catchThrowable(() -> alice.sendNow(bob.id(), large, Duration.ofSeconds(10)));
    PAGE.tells(e.getMessage());
  }

  @Test
  void tellsHowFullItIs() {
    AgentNode node = agents.start(Agents.listening());
    // region bounds
    for (Bound bound : node.bounds()) {
      System.out.printf("%-24s %d of %d%n", bound.option(), bound.used(), bound.limit());
    }
    // endregion
    assertThat(node.bounds()).extracting(Bound::option).allSatisfy(PAGE::tells);
  }

  @Test
  void sharesEventLoops() {
    AgentNodeBuilder first = Agents.listening();
    AgentNodeBuilder second = Agents.listening();
    // region loops
    SharedLoops loops = SharedLoops.of(2);
    AgentNode one = first.eventLoops(loops).startNow();
    AgentNode two = second.eventLoops(loops).startNow();
    // when both are closed: loops.dispose().block()
    // endregion
    one.close();
    two.close();
    loops.dispose().block(Duration.ofSeconds(30));
  }

  @Test
  void tellsAllProblemsAtOnce() {
    PAGE.tells(
        catchThrowable(
                () ->
                    Agents.listening()
                        .limits(l -> l.maxConcurrentHandlers(0))
                        .transport(
                            t ->
                                t.limits(l -> l.maxMessageBytes(10))
                                    .liveness(v -> v.pingDead(Duration.ofSeconds(1))))
                        .start())
            .getMessage());
  }
}
