package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.file.FileInbox;
import dev.parley.file.FileSharing;
import dev.parley.spi.Host;
import dev.parley.spi.Link;
import dev.parley.spi.Protocol;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A protocol of a user's own in a node, over sockets. */
class NodeProtocolIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private record Speaking(long features, List<String> problems) implements Protocol {
    @Override
    public String name() {
      return "speaking";
    }

    @Override
    public Mono<Running> start(Host host) {
      assertThat(host.identity().id()).isEqualTo(host.agent().id());
      assertThat(host.network()).isNotNull();
      return Mono.just(new Running() {});
    }
  }

  private static AgentNodeBuilder node(long features) {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network("protocols")
        .with(new Speaking(features, List.of()));
  }

  @Test
  void aLinkHasTheFeaturesThatBothEndsHave() {
    try (AgentNode bob =
            node(1L << 48 | 1L << 50)
                .listen("127.0.0.1", 0)
                .receive(in -> Mono.just(in.message()))
                .startNow();
        AgentNode alice =
            node(1L << 48 | 1L << 49)
                .peer(new PeerAddress(bob.id(), bob.addresses().get(0)))
                .startNow()) {
      alice.send(bob.id(), Message.text("hello")).block(LIMIT);

      Link here = alice.links().iterator().next();
      Link there = bob.links().iterator().next();
      assertThat(here.features()).isEqualTo(1L << 48).isEqualTo(there.features());
      assertThat(here.binding()).isEqualTo(there.binding());
    }
  }

  @Test
  void whatIsWrongWithItIsToldWithAllElse() {
    FileSharing wrong =
        FileSharing.builder()
            .inbox(FileInbox.into(Path.of("no such directory")))
            .options(o -> o.maxFilesSending(0).inbox(i -> i.maxParts(0)))
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                AgentNode.builder()
                    .network("protocols")
                    .limits(l -> l.maxConcurrentSends(0))
                    .transport(t -> t.limits(l -> l.maxConnections(0)))
                    .with(new Speaking(0, List.of("speaking.speed is 0, must be 1 or more")))
                    .with(wrong)
                    .with(FileSharing.defaults())
                    .start())
        .withMessageContaining("identity is missing")
        .withMessageContaining("node.maxConcurrentSends is 0, must be 1 to 10000000")
        .withMessageContaining("files.maxFilesSending is 0, must be 1 to 65536")
        .withMessageContaining("files.inbox.maxParts is 0, must be 1 to 65536")
        .withMessageContaining("inbox is no such directory, must be a directory")
        .withMessageContaining("transport.limits.maxConnections is 0")
        .withMessageContaining("files is given twice")
        .withMessageContaining("speaking.speed is 0");
  }
}
