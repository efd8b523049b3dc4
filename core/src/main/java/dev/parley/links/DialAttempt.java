package dev.parley.links;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** One address of a race. */
final class DialAttempt implements Carrier.DialProgress {
  private final DialRace race;
  private final Candidate candidate;
  private volatile @Nullable Disposable connecting;
  private boolean abandoned;
  private volatile String outcome = "failed";

  DialAttempt(DialRace race, Candidate candidate) {
    this.race = race;
    this.candidate = candidate;
  }

  Candidate candidate() {
    return candidate;
  }

  Address address() {
    return candidate.address();
  }

  AgentId peer() {
    return race.peer();
  }

  void start() {
    race.trail().enter(Phase.DIAL);
    Disposable work = race.dial(this);
    boolean stopped;
    synchronized (this) {
      connecting = work;
      stopped = abandoned;
    }
    if (stopped) {
      work.dispose();
    }
  }

  void abandon() {
    Disposable work;
    synchronized (this) {
      abandoned = true;
      work = connecting;
    }
    if (work != null) {
      work.dispose();
    }
  }

  @Override
  public void connected() {
    race.trail().enter(Phase.HANDSHAKE);
    race.trail().step(Phase.DIAL, address().toString(), "connected");
  }

  @Override
  public void failed(String label) {
    outcome = label;
  }

  /**
   * The address led to the peer.
   *
   * @param own the link that came of it
   * @param kept the link for new interactions, another one where the peer dialled as well
   */
  void succeeded(CarriedLink own, CarriedLink kept) {
    race.trail().step(Phase.HANDSHAKE, address().toString(), "ok, " + own.path().suite());
    race.succeeded(this, kept);
  }

  /** It did not. */
  void failed(MessagingException e) {
    race.trail().step(e.phase(), address().toString(), outcome);
    race.failed(this, e);
  }
}
