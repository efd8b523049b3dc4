package dev.parley.observability;

import dev.parley.AgentId;
import dev.parley.spi.NodeListener.Outcome;
import io.micrometer.observation.Observation;
import java.util.Objects;

/** What is known of a lookup while it is observed; for conventions and handlers. */
public final class LookupContext extends Observation.Context implements ParleyTracing.Ended {
  private final AgentId agent;
  private volatile String outcome = "running";

  LookupContext(AgentId agent) {
    this.agent = Objects.requireNonNull(agent, "agent");
  }

  /** Who is looked up. */
  public AgentId agent() {
    return agent;
  }

  /** {@code found}, {@code failed}, {@code cancelled}, or {@code running} before its end. */
  public String outcome() {
    return outcome;
  }

  @Override
  public void ended(Outcome how) {
    outcome = how instanceof Outcome.Success ? "found" : how.word();
  }
}
