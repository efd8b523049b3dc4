package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.Identity;
import dev.parley.spi.Host;
import dev.parley.spi.Protocol;
import dev.parley.spi.StateStore;
import dev.parley.spi.StateStoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What a node's protocols remember over its restart. */
class NodeStateIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  /** Remembers how often it was started. */
  private static final class Starts implements Protocol {
    private List<String> known = List.of();
    private boolean durable;

    @Override
    public String name() {
      return "starts";
    }

    @Override
    public Mono<Running> start(Host host) {
      StateStore state = host.state();
      durable = state.isDurable();
      return state
          .load()
          .doOnNext(
              records ->
                  known = records.stream().map(r -> new String(r, StandardCharsets.UTF_8)).toList())
          .flatMap(r -> state.append(("start " + r.size()).getBytes(StandardCharsets.UTF_8)))
          .thenReturn(new Running() {});
    }
  }

  private static AgentNodeBuilder node(Protocol protocol) {
    return AgentNode.builder().identity(Identity.generate()).network("state").with(protocol);
  }

  @Test
  void aProtocolRemembersOverARestart() {
    Path file = directory.resolve("bob.state");
    Starts starts = new Starts();
    for (int i = 0; i < 3; i++) {
      AgentNode node = node(starts).state(file).start().block(LIMIT);
      assertThat(starts.known).hasSize(i);
      assertThat(node.bounds())
          .filteredOn(bound -> bound.option().equals("stateMaxBytes"))
          .singleElement()
          .matches(bound -> bound.used() > 0 && bound.limit() == 16 << 20);
      node.close();
    }
    assertThat(starts.durable).isTrue();
    assertThat(starts.known).containsExactly("start 0", "start 1");
  }

  @Test
  void aFileInUseFailsTheStartAndLeavesNothing() {
    Path file = directory.resolve("bob.state");
    AgentNode first = node(new Starts()).state(file).start().block(LIMIT);

    assertThatExceptionOfType(StateStoreException.class)
        .isThrownBy(() -> node(new Starts()).state(file).start().block(LIMIT))
        .withMessageContaining("bob.state");

    first.close();
    node(new Starts()).state(file).start().block(LIMIT).close();
  }

  @Test
  void withoutAFileNothingIsRemembered() {
    Starts starts = new Starts();
    node(starts).start().block(LIMIT).close();
    AgentNode node = node(starts).start().block(LIMIT);

    assertThat(starts.known).isEmpty();
    assertThat(starts.durable).isFalse();
    assertThat(node.bounds()).noneMatch(bound -> bound.option().equals("stateMaxBytes"));
    node.close();
  }
}
