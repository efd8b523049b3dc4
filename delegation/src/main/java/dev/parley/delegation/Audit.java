package dev.parley.delegation;

import dev.parley.AgentId;
import dev.parley.delegation.chain.GrantId;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Tells those who listen what happens to grants. Thread-safe. */
final class Audit {
  /** How many events wait for one listener. */
  static final int MAX_WAITING = 256;

  private static final Logger log = LoggerFactory.getLogger(Audit.class);

  private final Sinks.Many<AuditEvent> sink = Sinks.many().multicast().directBestEffort();
  private final AtomicLong dropped = new AtomicLong();
  private final GrantClock clock;

  Audit(GrantClock clock) {
    this.clock = clock;
  }

  void tell(
      AuditEvent.Kind kind,
      @Nullable AgentId agent,
      @Nullable String function,
      @Nullable GrantId grant,
      @Nullable Denial denial) {
    if (denial != null && agent != null) {
      log.debug("denied {} to {}: {}", function, agent.toShortString(), denial);
    }
    if (sink.currentSubscriberCount() == 0) {
      return;
    }
    AuditEvent event =
        new AuditEvent(kind, Instant.ofEpochMilli(clock.millis()), agent, function, grant, denial);
    synchronized (sink) { // a sink takes one signal at a time
      sink.tryEmitNext(event);
    }
  }

  /** Of those that a listener is too slow for, the oldest are left out, and counted. */
  Flux<AuditEvent> events() {
    return sink.asFlux()
        .onBackpressureBuffer(
            MAX_WAITING,
            event -> dropped.incrementAndGet(),
            reactor.core.publisher.BufferOverflowStrategy.DROP_OLDEST);
  }

  long dropped() {
    return dropped.get();
  }

  void end() {
    synchronized (sink) {
      sink.tryEmitComplete();
    }
  }
}
