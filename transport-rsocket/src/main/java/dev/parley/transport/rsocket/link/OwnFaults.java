package dev.parley.transport.rsocket.link;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.carrier.BugLog;

/** Faults of this node's own code, which a peer may trigger with every message. */
final class OwnFaults {
  private static final BugLog BUGS = new BugLog(System::nanoTime);

  private OwnFaults() {}

  /** What our caller is told. */
  static MessagingException internal(AgentId peer, Phase phase, Executed executed, Throwable t) {
    return BUGS.internal("a message", peer, phase, executed, t);
  }

  /** Of one that the peer is told. */
  static void log(String what, Throwable t) {
    BUGS.warn(what, "INTERNAL", t);
  }
}
