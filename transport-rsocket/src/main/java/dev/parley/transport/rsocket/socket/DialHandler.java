package dev.parley.transport.rsocket.socket;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.NodeListener.HandshakeOutcome;
import dev.parley.transport.rsocket.guard.EventLoops;
import dev.parley.transport.rsocket.link.Opening;
import dev.parley.transport.session.Dial;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.HandshakeRefusedException;
import dev.parley.transport.session.InitiatorHandshake;
import dev.parley.transport.session.InitiatorOutcome;
import dev.parley.transport.session.RejectCode;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of a connection that was dialled.
 *
 * <p>A node that is not the dialled agent in this network ends the connection in order and without
 * a byte, which is reported as IDENTITY_MISMATCH. One that has as many connections as it takes
 * resets it without a byte, which is reported as OVERLOADED. Any other end is HANDSHAKE_FAILED.
 */
public final class DialHandler extends HandshakeHandler {
  /** Who waits for the outcome; on the event loop. */
  public interface Outcome {
    /** The address answered. */
    void connected();

    /** The peer has proved its key; returns what takes the connection over. */
    Opening established(Channel socket, EstablishedSession session);

    /** There is no session. */
    void failed(MessagingException failure, String outcome);
  }

  /** Why a connection is reset without a byte. */
  static final String TURNED_AWAY =
      "it reset the connection without a word, as a node does that has as many connections as it"
          + " takes, in all or from one address";

  private final Handshakes shared;
  private final Dial dial;
  private final AgentId peer;
  private final Outcome outcome;
  private long startNanos;
  private @Nullable InitiatorHandshake handshake;
  private boolean reported;

  public DialHandler(Handshakes shared, Dial dial, Duration limit, Outcome outcome) {
    super(shared.dialCrypto(), limit);
    this.shared = shared;
    this.dial = dial;
    this.peer = dial.responder();
    this.outcome = outcome;
  }

  @Override
  void started() {
    startNanos = shared.nanos();
    outcome.connected();
    compute(
        stale -> {
          InitiatorHandshake h = InitiatorHandshake.start(dial, shared.session());
          byte[] message1 = h.message1();
          return () -> {
            handshake = h;
            write(message1);
          };
        });
  }

  @Override
  boolean acceptsLength(int length) {
    InitiatorHandshake h = handshake;
    return h != null && h.acceptsLength(length);
  }

  @Override
  void unit(byte[] unit) {
    InitiatorHandshake h = handshake;
    if (h == null) {
      illegalLength();
      return;
    }
    if (h.isReject(unit.length)) {
      // Nothing to compute, and the connection ends behind it.
      read(h, unit).run();
    } else {
      compute(stale -> read(h, unit));
    }
  }

  private Runnable read(InitiatorHandshake h, byte[] unit) {
    try {
      InitiatorOutcome result = h.readMessage2(unit);
      return () -> answered(result);
    } catch (HandshakeRefusedException e) {
      String reason = e.reason().name().toLowerCase(Locale.ROOT);
      return () ->
          fail(
              failed(FailureCode.HANDSHAKE_FAILED)
                  .detail("its answer was refused (" + reason + ")"),
              HandshakeOutcomes.of(e.reason()));
    }
  }

  private void answered(InitiatorOutcome result) {
    if (result instanceof InitiatorOutcome.Established e) {
      write(e.message3());
      reported = true;
      shared.listener().handshake(true, shared.nanos() - startNanos, HandshakeOutcome.OK);
      become(outcome.established(channel(), e.session()));
    } else if (result instanceof InitiatorOutcome.Rejected r) {
      rejected(r);
    }
  }

  private void rejected(InitiatorOutcome.Rejected r) {
    if (r.code() == RejectCode.BUSY) {
      fail(
          failed(FailureCode.OVERLOADED)
              .retryAfter(Duration.ofMillis(r.retryAfterMs()))
              .detail("it has too many handshakes under way"),
          HandshakeOutcome.BUSY);
    } else if (r.code() == RejectCode.DENIED) {
      fail(
          failed(FailureCode.UNAUTHORIZED).detail("its rules do not let this node's address in"),
          HandshakeOutcome.DENIED);
    } else if (r.code() == RejectCode.UNSUPPORTED_VERSION) {
      fail(
          failed(FailureCode.HANDSHAKE_FAILED)
              .permanent()
              .detail("the agent is there, but does not speak this version of the protocol"),
          HandshakeOutcome.UNSUPPORTED_VERSION);
    } else {
      fail(
          failed(FailureCode.HANDSHAKE_FAILED)
              .permanent()
              .detail("it does not allow the cipher suite that this node dials with"),
          HandshakeOutcome.UNSUPPORTED_SUITE);
    }
  }

  @Override
  void illegalLength() {
    fail(
        failed(FailureCode.HANDSHAKE_FAILED).detail("what answered there does not speak Parley"),
        HandshakeOutcome.NOT_PARLEY);
  }

  @Override
  void timedOut() {
    fail(
        failed(FailureCode.HANDSHAKE_FAILED)
            .detail(
                "connected, but no handshake within "
                    + shared.options().dialling().dialTimeout().toMillis()
                    + " ms"),
        HandshakeOutcome.TIMEOUT);
  }

  @Override
  void disconnected(@Nullable Throwable cause) {
    if (cause != null && !isAnswered()) {
      fail(failed(FailureCode.OVERLOADED).detail(TURNED_AWAY), HandshakeOutcome.TURNED_AWAY);
    } else if (cause == null && !isAnswered()) {
      fail(
          failed(FailureCode.IDENTITY_MISMATCH)
              .detail(
                  "what listens there did not prove this key in this network; check the address,"
                      + " the agent id, the network, and the clocks, which may be "
                      + shared.options().accepting().clockTolerance().toSeconds()
                      + " s apart"),
          HandshakeOutcome.IDENTITY_MISMATCH);
    } else {
      fail(
          failed(FailureCode.HANDSHAKE_FAILED)
              .detail("the connection broke off during the handshake"),
          HandshakeOutcome.BROKEN_OFF);
    }
  }

  @Override
  void crashed(RuntimeException fault) {
    fail(
        failed(FailureCode.HANDSHAKE_FAILED)
            .cause(fault)
            .detail("a fault of this node (" + fault.getClass().getSimpleName() + ")"),
        HandshakeOutcome.INTERNAL_ERROR);
  }

  @Override
  void overloaded() {
    fail(
        failed(FailureCode.OVERLOADED)
            .detail("this node has too many handshakes under way (handshakeQueue)"),
        HandshakeOutcome.BUSY_HERE);
  }

  /** Nobody waits any more. Any thread. */
  public void abandon() {
    EventLoops.execute(
        ctx.executor(),
        () -> {
          if (!reported) {
            reported = true;
            close(null);
            destroy();
          }
        });
  }

  private MessagingException.Builder failed(FailureCode code) {
    return MessagingException.builder(code, Phase.HANDSHAKE).peer(peer);
  }

  private void fail(MessagingException.Builder failure, HandshakeOutcome why) {
    if (!isOver()) {
      close(null);
    }
    destroy();
    if (!reported) {
      reported = true;
      shared.listener().handshake(true, shared.nanos() - startNanos, why);
      outcome.failed(failure.build(), why.name().toLowerCase(Locale.ROOT));
    }
  }

  private void destroy() {
    InitiatorHandshake h = handshake;
    if (h != null) {
      h.destroy();
    }
  }
}
