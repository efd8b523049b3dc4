package dev.parley.dht;

import dev.parley.dht.wire.Contact;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Strangers that wait to be dialled at the addresses they claim: nobody enters the table because it
 * knocked. Two are tried a second at most once there is a bucket's worth of contacts, and none of
 * them counts until it answered a FIND. Confined to the node's worker.
 */
final class Verification {
  private static final long PACE_NANOS = 500_000_000L;

  private final NodeCore core;
  private final Calls calls;
  private final Deque<Contact> queue = new ArrayDeque<>(2);
  private boolean running;

  Verification(NodeCore core, Calls calls) {
    this.core = core;
    this.calls = calls;
  }

  int size() {
    return queue.size();
  }

  /** Puts a contact that dialled us in the queue, if the table has room for it. */
  void consider(Contact contact) {
    if (!core.filter.isDialable(contact) || core.hasFailedLately(contact.key())) {
      return;
    }
    if (core.table.get(contact.key()) != null) {
      return;
    }
    if (!core.table.wants(contact)) {
      core.table.offer(contact);
    } else if (queue.size() < core.options.maxCandidatesToVerify()) {
      queue.removeIf(c -> c.key().equals(contact.key()));
      queue.add(contact);
      run();
    }
  }

  /** Takes up what waits in the table for room that there is now. */
  void refill() {
    Contact candidate = core.table.takeCandidate();
    if (candidate != null) {
      consider(candidate);
    }
  }

  private void run() {
    if (!running && !queue.isEmpty()) {
      running = true;
      boolean isSmall = core.table.size() < core.options.bucketSize();
      core.schedule(this::verifyNext, isSmall ? 0 : PACE_NANOS);
    }
  }

  private void verifyNext() {
    running = false;
    Contact contact = queue.poll();
    if (contact != null && core.table.wants(contact)) {
      calls.verify(contact, Calls.IGNORED);
    }
    run();
  }
}
