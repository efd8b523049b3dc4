package dev.parley.transport.rsocket.link;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Faults of this node's own code, told as INTERNAL and logged at warn with their stack trace: once
 * in a minute, since a peer may trigger one with every message, and at debug between.
 */
final class OwnFaults {
  private static final Logger log = LoggerFactory.getLogger(OwnFaults.class);
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final AtomicLong NEXT = new AtomicLong(System.nanoTime());

  private OwnFaults() {}

  /** What our caller is told. */
  static MessagingException internal(AgentId peer, Phase phase, Executed executed, Throwable t) {
    log("a message", t);
    return MessagingException.builder(FailureCode.INTERNAL, phase)
        .executed(executed)
        .peer(peer)
        .detail("a fault of this node, which is logged (" + t.getClass().getSimpleName() + ")")
        .cause(t)
        .build();
  }

  static void log(String what, Throwable t) {
    long now = System.nanoTime();
    long next = NEXT.get();
    if (now - next >= 0 && NEXT.compareAndSet(next, now + PAUSE_NANOS)) {
      log.warn("{} failed on a fault of this node", what, t);
    } else {
      log.debug("{} failed on a fault of this node", what, t);
    }
  }
}
