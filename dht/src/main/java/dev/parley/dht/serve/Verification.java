package dev.parley.dht.serve;

import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.shares.Origin;
import dev.parley.shares.Surplus;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Strangers that wait to be dialled at the addresses they claim: nobody enters the table because it
 * knocked. Two are tried a second at most once there is a bucket's worth of contacts, and none of
 * them counts until it answered a FIND. A node that knows few tries those again that it did not
 * reach: they have said who they are, and will not do so again soon. Where too many wait, those of
 * the network with the most of them give way. Confined to the node's worker.
 */
public final class Verification {
  private static final long PACE_NANOS = 500_000_000L;

  private static final int TRIES = 4;
  private static final long AGAIN_NANOS = 5_000_000_000L;

  private final NodeCore core;
  private final Calls calls;
  private final Deque<Stranger> queue = new ArrayDeque<>(2);
  private int toTryAgain;
  private boolean running;

  /** Who is to be dialled, where it was seen itself, and how often dialling it was in vain. */
  private record Stranger(Contact contact, IpEndpoint address, int missed) {
    Origin origin() {
      return address.origin();
    }
  }

  public Verification(NodeCore core, Calls calls) {
    this.core = core;
    this.calls = calls;
  }

  public int size() {
    return queue.size();
  }

  /**
   * Puts a contact that dialled us in the queue, if the table has room for it.
   *
   * @param seenAt the address that it has shown, whatever it claims
   */
  public void consider(Contact contact, IpEndpoint seenAt) {
    if (!core.filter.isDialable(contact) || core.table.get(contact.key()) != null) {
      return;
    }
    if (core.hasFailedLately(contact.key())) {
      missed(new Stranger(contact, seenAt, 0));
      return;
    }
    if (!core.table.wants(contact)) {
      core.table.offer(contact);
    } else {
      add(new Stranger(contact, seenAt, 0));
    }
  }

  private void add(Stranger stranger) {
    queue.removeIf(s -> s.contact.key().equals(stranger.contact.key()));
    queue.add(stranger);
    if (queue.size() > core.options.table().maxCandidatesToVerify()) {
      int most = core.options.table().maxCandidatesToVerify();
      queue.removeAll(Surplus.of(queue, Stranger::origin, most));
    }
    run();
  }

  /** Takes up what waits in the table for room that there is now. */
  public void refill() {
    Contact candidate = core.table.takeCandidate();
    if (candidate != null) {
      consider(candidate, candidate.address());
    }
  }

  private void run() {
    if (!running && !queue.isEmpty()) {
      running = true;
      boolean isSmall = core.table.size() < core.options.table().bucketSize();
      core.schedule(this::verifyNext, isSmall ? 0 : PACE_NANOS);
    }
  }

  private void verifyNext() {
    running = false;
    Stranger stranger = queue.poll();
    if (stranger != null && core.table.wants(stranger.contact)) {
      calls.verify(
          stranger.contact,
          new Calls.Reply() {
            @Override
            public void answered(DhtAnswer answer) {
              // It is in the table now.
            }

            @Override
            public void failed(DhtRpcException why) {
              missed(stranger);
            }
          });
    }
    run();
  }

  private void missed(Stranger stranger) {
    core.noteUnreached(stranger.contact.key());
    int missed = stranger.missed + 1;
    if (missed < TRIES && mayTryAgain()) {
      toTryAgain++;
      core.schedule(
          () -> {
            toTryAgain--;
            if (mayTryAgain()) {
              add(new Stranger(stranger.contact, stranger.address, missed));
            }
          },
          core.jitter(AGAIN_NANOS << (2 * stranger.missed)));
    }
  }

  private boolean mayTryAgain() {
    return core.knowsFew()
        && toTryAgain + queue.size() < core.options.table().maxCandidatesToVerify();
  }
}
