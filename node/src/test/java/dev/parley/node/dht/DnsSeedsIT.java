package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Real nodes over loopback that know a DNS name, and nobody's address. */
@Timeout(180)
class DnsSeedsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String NAME = "seeds.example";

  private final List<AgentNode> nodes = new ArrayList<>();
  private LoopbackDns dns;

  @BeforeEach
  void startDns() throws Exception {
    dns = new LoopbackDns();
  }

  @AfterEach
  void close() {
    Flux.fromIterable(nodes).flatMap(AgentNode::closeLater).blockLast(LIMIT);
    dns.close();
  }

  private static AgentNodeBuilder listening() {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network("test")
        .listen("127.0.0.1", 0)
        .receive(in -> Mono.just(in.message()));
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNode node = builder.start().block(LIMIT);
    nodes.add(node);
    return node;
  }

  private AgentNode startWithName() {
    return start(listening().with(Dht.builder().seedsFrom(NAME).dnsProvider(dns.url()).build()));
  }

  private AgentNode seed() {
    AgentNode seed = start(listening().with(Dht.defaults()));
    seed.online().block(LIMIT);
    return seed;
  }

  private void list(AgentNode seed) {
    dns.txt(NAME, "parley-seed=" + new PeerAddress(seed.id(), seed.addresses().get(0)));
  }

  private static String echoed(AgentNode from, AgentNode to) {
    return from.send(to.id(), Message.text("hello")).block(LIMIT).text();
  }

  @Test
  void joinsThroughASeedOfTheName() {
    AgentNode seed = seed();
    list(seed);
    AgentNode alice = startWithName();
    AgentNode bob = startWithName();
    alice.online().block(LIMIT);
    bob.online().block(LIMIT);

    assertThat(echoed(alice, bob)).isEqualTo("hello");
    assertThat(echoed(bob, seed)).isEqualTo("hello");
    assertThat(echoed(seed, alice)).isEqualTo("hello");
  }

  @Test
  void isNotTheFirstNodeWhileTheNameIsUnknown() throws Exception {
    AgentNode seed = seed();
    AgentNode alice = startWithName();
    dns.awaitAnswered(2); // so the first answer has been read
    list(seed);
    alice.online().block(LIMIT);

    assertThat(echoed(alice, seed)).isEqualTo("hello");
  }
}
