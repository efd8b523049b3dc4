package dev.parley.transport.rsocket.socket;

import dev.parley.spi.Link.Admission.Verdict;
import dev.parley.spi.NodeListener.HandshakeOutcome;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.transport.rsocket.link.Opening;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.HandshakeRefusedException;
import dev.parley.transport.session.RejectCode;
import dev.parley.transport.session.ResponderHandshake;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The handshake of a connection that was accepted, cheapest check first. A stranger gets no byte:
 * one that does not know this agent and this network is cut off after one HMAC; the close is in
 * order, while a connection that exceeds a limit is reset.
 */
public final class AcceptHandler extends HandshakeHandler {
  private static final Logger log = LoggerFactory.getLogger(AcceptHandler.class);
  private static final long RETRY_AFTER_MILLIS = 1000;

  /** Says who is let in, and makes what takes a connection over; on the event loop. */
  @FunctionalInterface
  public interface Outcome {
    /** The peer has proved its key, and is let in or is told that it is not. */
    Opening established(Channel socket, EstablishedSession session, Verdict verdict);

    /** What becomes of a connection that knows this agent and network. */
    default Verdict connecting(Channel socket) {
      return Verdict.ACCEPT;
    }

    /** What becomes of a peer that has proved its key. */
    default Mono<Verdict> arriving(Channel socket, EstablishedSession session) {
      return Mono.just(Verdict.ACCEPT);
    }
  }

  private final Handshakes shared;
  private final Outcome outcome;
  private final ConnectionAdmission.Slot slot;
  private final long startNanos;
  private @Nullable ResponderHandshake handshake;
  private @Nullable EstablishedSession waiting; // for a decision
  private boolean answered;

  public AcceptHandler(Handshakes shared, ConnectionAdmission.Slot slot, Outcome outcome) {
    super(shared.acceptCrypto(), shared.options().accepting().handshakeTimeout());
    this.shared = shared;
    this.slot = slot;
    this.outcome = outcome;
    this.startNanos = shared.nanos();
  }

  @Override
  void started() {}

  @Override
  boolean acceptsLength(int length) {
    ResponderHandshake h = handshake;
    return h == null ? length == ResponderHandshake.MESSAGE1_LENGTH : h.acceptsLength(length);
  }

  @Override
  void unit(byte[] unit) {
    ResponderHandshake h = handshake;
    if (h == null) {
      first(unit);
    } else {
      compute(stale -> third(h, unit));
    }
  }

  private void first(byte[] unit) {
    ResponderHandshake h;
    try {
      h = ResponderHandshake.precheck(shared.session(), shared.known(), unit);
    } catch (HandshakeRefusedException e) {
      refused(HandshakeOutcomes.of(e.reason()));
      close(e.reply());
      return;
    }
    Verdict verdict = outcome.connecting(channel());
    if (verdict != Verdict.ACCEPT) {
      turnAway(verdict);
      return;
    }
    handshake = h;
    compute(stale -> stale ? this::overloaded : second(h));
  }

  private Runnable second(ResponderHandshake h) {
    try {
      byte[] message2 = h.message2();
      return () -> {
        answered = true;
        write(message2);
      };
    } catch (HandshakeRefusedException e) {
      return () -> fail(e);
    }
  }

  private Runnable third(ResponderHandshake h, byte[] unit) {
    try {
      EstablishedSession session = h.readMessage3(unit);
      return () -> established(session);
    } catch (HandshakeRefusedException e) {
      return () -> fail(e);
    }
  }

  private void established(EstablishedSession session) {
    waiting = session;
    await(outcome.arriving(channel(), session), verdict -> decided(session, verdict));
  }

  private void decided(EstablishedSession session, Verdict verdict) {
    if (verdict == Verdict.IGNORE) {
      turnAway(verdict);
      destroy();
      return;
    }
    waiting = null;
    slot.authenticated();
    shared.listener().handshake(false, shared.nanos() - startNanos, HandshakeOutcome.OK);
    if (verdict != Verdict.ACCEPT) {
      notAdmitted();
    }
    become(outcome.established(channel(), session, verdict));
  }

  private void turnAway(Verdict verdict) {
    shared.listener().handshake(false, shared.nanos() - startNanos, HandshakeOutcome.NOT_ADMITTED);
    notAdmitted();
    switch (verdict) {
      case DENY -> close(ResponderHandshake.reject(RejectCode.DENIED, 0));
      case BUSY -> close(ResponderHandshake.reject(RejectCode.BUSY, RETRY_AFTER_MILLIS));
      default -> reset();
    }
  }

  private void notAdmitted() {
    shared.refused(Refusal.NOT_ADMITTED, channel());
  }

  private void fail(HandshakeRefusedException e) {
    refused(HandshakeOutcomes.of(e.reason()));
    close(null);
  }

  /** Makes room for another handshake, unless it is over. Event loop. */
  void giveWay() {
    if (!isOver()) {
      refused(HandshakeOutcome.BUSY);
      reset();
      destroy();
    }
  }

  @Override
  void overloaded() {
    refused(HandshakeOutcome.BUSY);
    // Behind message 2 a REJECT would be read as a record.
    close(answered ? null : ResponderHandshake.reject(RejectCode.BUSY, RETRY_AFTER_MILLIS));
    destroy();
  }

  @Override
  void crashed(RuntimeException fault) {
    log.error("a handshake failed on a fault of this node", fault);
    refused(HandshakeOutcome.INTERNAL_ERROR);
    reset();
    destroy();
  }

  @Override
  void illegalLength() {
    refused(HandshakeOutcome.BAD_LENGTH);
    close(null);
    destroy();
  }

  @Override
  void timedOut() {
    refused(HandshakeOutcome.TIMEOUT);
    reset();
    destroy();
  }

  @Override
  void disconnected(@Nullable Throwable cause) {
    refused(HandshakeOutcome.DISCONNECTED);
    destroy();
  }

  private void destroy() {
    ResponderHandshake h = handshake;
    if (h != null) {
      h.destroy();
    }
    EstablishedSession session = waiting;
    if (session != null) {
      session.destroy();
    }
  }

  private void refused(HandshakeOutcome reason) {
    shared.listener().handshake(false, shared.nanos() - startNanos, reason);
    shared.refused(Refusal.HANDSHAKE, channel());
  }
}
