package dev.parley.transport.session;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.transport.noise.HandshakeException;
import dev.parley.transport.noise.HandshakeState;
import dev.parley.transport.noise.Role;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of the side that listens: {@link #precheck}, {@link #message2()}, {@link
 * #readMessage3}.
 *
 * <pre>
 * precheck --&gt; CHECKED --message2--&gt; AWAIT_3 --readMessage3--&gt; DONE
 * </pre>
 *
 * <p>{@link #precheck} costs one HMAC for each network that the node answers in and is safe on an
 * event loop; it keeps no more than the message. The other steps cost key agreements, some 200 and
 * 130 µs, and belong on a thread that may be kept busy. Not thread-safe: the steps may run on
 * different threads, one after the other. {@link #destroy()} erases the secrets of an abandoned
 * handshake.
 */
public final class ResponderHandshake {
  /** The only length prefix that a first message may have. */
  public static final int MESSAGE1_LENGTH = HandshakeWire.LENGTH_1;

  private enum State {
    CHECKED,
    AWAIT_3,
    DONE
  }

  private final SessionOptions options;
  private final NetworkKeys network;
  private final Suite suite;
  private final boolean relayed;
  private byte[] body1;
  private @Nullable HandshakeState noise;
  private long skewMs;
  private State state = State.CHECKED;

  private ResponderHandshake(
      SessionOptions options, NetworkKeys network, Suite suite, byte[] body1) {
    this.options = options;
    this.network = network;
    this.suite = suite;
    this.relayed = (body1[HandshakeWire.FLAGS_AT] & HandshakeWire.FLAG_RELAYED) != 0;
    this.body1 = body1;
  }

  /**
   * Checks that a first message, without its length prefix, is addressed to this agent in one of
   * its networks; cheap.
   *
   * <p>The array is kept until {@link #message2()} and must not be changed.
   *
   * @throws HandshakeRefusedException if it is not; carries a {@linkplain
   *     HandshakeRefusedException#reply() reply} only if the message is addressed to this agent and
   *     merely its version or suite does not suit
   */
  public static ResponderHandshake precheck(SessionOptions options, byte[] body)
      throws HandshakeRefusedException {
    return precheck(options, null, body);
  }

  /**
   * The same, where a message that came before is refused like one of a stranger.
   *
   * @param known the messages that came; a right one is added
   */
  public static ResponderHandshake precheck(
      SessionOptions options, @Nullable FirstMessages known, byte[] body)
      throws HandshakeRefusedException {
    if (body.length != MESSAGE1_LENGTH) {
      throw new HandshakeRefusedException(RefusalReason.BAD_LENGTH);
    }
    if (!HandshakeWire.startsWithMagic(body)) {
      throw new HandshakeRefusedException(RefusalReason.BAD_MAGIC);
    }
    boolean mine = HandshakeWire.isThisVersion(body);
    if (mine && (body[HandshakeWire.FLAGS_AT] & ~HandshakeWire.FLAG_RELAYED) != 0) {
      throw new HandshakeRefusedException(RefusalReason.BAD_FLAGS);
    }
    NetworkKeys network = addressed(options, body);
    if (known != null && !known.add(body)) {
      throw new HandshakeRefusedException(RefusalReason.REPLAYED);
    }
    if (!mine) {
      throw new HandshakeRefusedException(
          RefusalReason.OTHER_VERSION, reject(RejectCode.UNSUPPORTED_VERSION, 0));
    }
    Suite suite = Suite.ofId(body[HandshakeWire.SUITE_AT] & 0xFF);
    if (suite == null || !options.suites().permits(suite)) {
      throw new HandshakeRefusedException(
          suite == null ? RefusalReason.UNKNOWN_SUITE : RefusalReason.SUITE_NOT_ALLOWED,
          reject(RejectCode.UNSUPPORTED_SUITE, 0));
    }
    return new ResponderHandshake(options, network, suite, body);
  }

  /**
   * Returns a REJECT, length prefix included, with which a node that has no capacity may answer a
   * message that passed {@link #precheck}, and nothing else.
   *
   * @param retryAfterMs milliseconds after which another attempt makes sense, 0 to 4,294,967,295
   */
  public static byte[] reject(RejectCode code, long retryAfterMs) {
    if (retryAfterMs < 0 || retryAfterMs > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "retryAfterMs is " + retryAfterMs + ", must be 0..4294967295");
    }
    return HandshakeWire.reject(code, retryAfterMs);
  }

  /** Returns whether the initiator says that its bytes pass through a relay. */
  public boolean relayed() {
    return relayed;
  }

  /** Returns the suite that the initiator chose. */
  public Suite suite() {
    return suite;
  }

  /**
   * Reads the first message and returns the second, length prefix included.
   *
   * @throws HandshakeRefusedException if the first message is not authentic, malformed or of
   *     another time; the caller closes the connection in silence
   * @throws IllegalStateException if called twice
   */
  public byte[] message2() throws HandshakeRefusedException {
    expect(State.CHECKED);
    state = State.AWAIT_3;
    boolean written = false;
    try {
      HandshakeState handshake = newNoise();
      noise = handshake;
      byte[] payload =
          handshake.readMessage(
              body1, HandshakeWire.NOISE_1_AT, body1.length - HandshakeWire.NOISE_1_AT);
      long timeMs = HandshakePayloads.decode1(payload);
      if (!options.isTimely(timeMs)) {
        throw new HandshakeRefusedException(RefusalReason.CLOCK_SKEW);
      }
      skewMs = timeMs - options.nowMs();
      body1 = new byte[0];
      byte[] answer =
          HandshakePayloads.encode2(
              new HandshakePayloads.Answer(
                  options.nowMs(),
                  options.limits(),
                  options.features(),
                  options.instance(),
                  options.roles()),
              HandshakeWire.payload2Bytes(suite));
      byte[] head = {HandshakeWire.KIND_MESSAGE_2, 0};
      byte[] unit = HandshakeWire.unit(head, handshake.writeMessage(answer));
      written = true;
      return unit;
    } catch (HandshakeException e) {
      throw new HandshakeRefusedException(RefusalReason.NOISE_FAILURE);
    } catch (MalformedException e) {
      throw new HandshakeRefusedException(RefusalReason.BAD_PAYLOAD);
    } finally {
      if (!written) {
        destroy();
      }
    }
  }

  /** Returns whether the third message may have this length prefix: 254, 510, 1022 or 2046. */
  public boolean acceptsLength(int length) {
    return state == State.AWAIT_3 && HandshakeWire.isLength3(length);
  }

  /**
   * Reads the third message, without its length prefix, and returns the session with an initiator
   * that has proved its identity.
   *
   * <p>Whether that agent is welcome, or is this very agent, is for the caller to decide before it
   * sends {@link ControlRecord.Ready}.
   *
   * @throws HandshakeRefusedException if the message is not authentic, is malformed, or claims an
   *     agent id that does not belong to the initiator's key; the caller closes the connection
   * @throws IllegalStateException if no third message is due
   */
  public EstablishedSession readMessage3(byte[] body) throws HandshakeRefusedException {
    expect(State.AWAIT_3);
    HandshakeState handshake = noise;
    try {
      if (handshake == null || !acceptsLength(body.length)) {
        throw new HandshakeRefusedException(RefusalReason.BAD_LENGTH);
      }
      HandshakePayloads.Introduction introduction =
          HandshakePayloads.decode3(handshake.readMessage(body, 0, body.length));
      AgentId initiator = authenticated(introduction.agentId, handshake.remoteStatic());
      return EstablishedSession.establish(handshake, facts(initiator, introduction), options);
    } catch (HandshakeException e) {
      throw new HandshakeRefusedException(RefusalReason.NOISE_FAILURE);
    } catch (MalformedException e) {
      throw new HandshakeRefusedException(RefusalReason.BAD_PAYLOAD);
    } finally {
      destroy();
    }
  }

  /** Erases the secrets of the handshake; idempotent. An established session is not affected. */
  public void destroy() {
    state = State.DONE;
    body1 = new byte[0];
    HandshakeState handshake = noise;
    if (handshake != null) {
      handshake.destroy();
    }
  }

  private static NetworkKeys addressed(SessionOptions options, byte[] body)
      throws HandshakeRefusedException {
    for (NetworkKeys network : options.answered()) {
      if (network.addresses(body)) {
        return network;
      }
    }
    throw new HandshakeRefusedException(
        HandshakeWire.isThisVersion(body) ? RefusalReason.BAD_MAC1 : RefusalReason.BAD_MAGIC);
  }

  /** Returns the claimed id, provided that it is an agent's and maps to the proven key. */
  private static AgentId authenticated(byte[] claimedId, byte @Nullable [] provenKey)
      throws HandshakeRefusedException {
    AgentId claimed;
    try {
      claimed = AgentId.of(claimedId);
    } catch (IllegalArgumentException e) {
      throw new HandshakeRefusedException(RefusalReason.INVALID_IDENTITY);
    }
    if (!Arrays.equals(claimed.x25519PublicKey(), provenKey)) {
      throw new HandshakeRefusedException(RefusalReason.IDENTITY_MISMATCH);
    }
    return claimed;
  }

  private SessionFacts facts(AgentId initiator, HandshakePayloads.Introduction introduction) {
    return new SessionFacts(
        false,
        initiator,
        network.id(),
        suite,
        relayed,
        introduction.check,
        introduction.instance,
        introduction.roles,
        options.limits(),
        introduction.limits,
        options.features() & introduction.features,
        skewMs,
        introduction.dialNonce,
        introduction.credentials);
  }

  private HandshakeState newNoise() {
    Identity identity = options.identity();
    byte[] psk = network.psk(suite);
    byte[] agreementKey = identity.agreementKey();
    try {
      return HandshakeState.builder(suite.protocol(), Role.RESPONDER)
          .prologue(HandshakeWire.prologue(body1, network.id().toBytes(), identity.id()))
          .psks(List.of(psk))
          .localStatic(agreementKey, identity.id().x25519PublicKey())
          .random(options.random())
          .build();
    } finally {
      Arrays.fill(psk, (byte) 0);
      Arrays.fill(agreementKey, (byte) 0);
    }
  }

  private void expect(State expected) {
    if (state != expected) {
      throw new IllegalStateException("handshake is in state " + state + ", not " + expected);
    }
  }
}
