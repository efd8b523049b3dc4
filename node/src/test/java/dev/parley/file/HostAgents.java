package dev.parley.file;

import dev.parley.Agent;
import dev.parley.AgentId;
import dev.parley.spi.Host;
import dev.parley.spi.Protocol;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** The agents of those who start with this protocol, as protocols see them. */
final class HostAgents implements Protocol {
  private final Map<AgentId, Agent> agents = new HashMap<>();

  @Override
  public String name() {
    return "test";
  }

  @Override
  public Mono<Running> start(Host host) {
    return Mono.fromSupplier(
        () -> {
          agents.put(host.agent().id(), host.agent());
          return new Running() {};
        });
  }

  Agent of(AgentId id) {
    return Objects.requireNonNull(agents.get(id));
  }
}
