package dev.parley.transport.session;

import dev.parley.Identity;
import dev.parley.transport.noise.HandshakeException;
import dev.parley.transport.noise.HandshakeState;
import dev.parley.transport.noise.Role;
import java.util.Arrays;
import java.util.List;

/**
 * The handshake of the side that dials: {@link #message1()}, then {@link #readMessage2}.
 *
 * <pre>
 * NEW --message1--&gt; AWAIT_2 --readMessage2--&gt; DONE
 * </pre>
 *
 * <p>Any failure leads to DONE as well. Both steps cost key agreements, some 150 to 250 µs each,
 * and belong on a thread that may be kept busy. Not thread-safe: the two steps may run on different
 * threads, one after the other. {@link #destroy()} erases the secrets of an abandoned handshake.
 */
public final class InitiatorHandshake {
  private enum State {
    NEW,
    AWAIT_2,
    DONE
  }

  private final Dial dial;
  private final SessionOptions options;
  private final Suite suite;
  private final NetworkKeys network;
  private final byte[] header;
  private final HandshakeState noise;
  private State state = State.NEW;

  private InitiatorHandshake(Dial dial, SessionOptions options) {
    this.dial = dial;
    this.options = options;
    this.suite = dial.suite(options.suites());
    this.network = new NetworkKeys(options.network(), dial.responder());
    this.header = HandshakeWire.header1(suite, dial.relayed());
    this.noise = newNoise();
  }

  /**
   * Prepares a handshake.
   *
   * @throws IllegalArgumentException if the dial's suite is not permitted by the options
   */
  public static InitiatorHandshake start(Dial dial, SessionOptions options) {
    return new InitiatorHandshake(dial, options);
  }

  /**
   * Returns the first message, length prefix included.
   *
   * @throws IllegalStateException if called twice
   */
  public byte[] message1() {
    expect(State.NEW);
    state = State.AWAIT_2;
    byte[] payload = HandshakePayloads.encode1(options.nowMs(), HandshakeWire.payload1Bytes(suite));
    byte[] message = writeMessage1(payload);
    byte[] mac1 = network.mac1(header, message, 0);
    byte[] head = Arrays.copyOf(header, HandshakeWire.NOISE_1_AT);
    System.arraycopy(mac1, 0, head, HandshakeWire.MAC1_AT, mac1.length);
    return HandshakeWire.unit(head, message);
  }

  /** Returns whether an answer of this length is a REJECT, which takes no key agreement to read. */
  public boolean isReject(int length) {
    return length == HandshakeWire.LENGTH_REJECT;
  }

  /** Returns whether the answer may have this length prefix: 1406, or 8 for a REJECT. */
  public boolean acceptsLength(int length) {
    return state == State.AWAIT_2
        && (length == HandshakeWire.LENGTH_2 || length == HandshakeWire.LENGTH_REJECT);
  }

  /**
   * Reads the answer, without its length prefix.
   *
   * @throws HandshakeRefusedException if it does not come from the agent that was dialled, was
   *     altered on the way, or is malformed; the caller closes the connection
   * @throws IllegalStateException if no answer is due
   */
  public InitiatorOutcome readMessage2(byte[] body) throws HandshakeRefusedException {
    expect(State.AWAIT_2);
    try {
      if (!acceptsLength(body.length)) {
        throw new HandshakeRefusedException(RefusalReason.BAD_LENGTH);
      }
      return isReject(body.length) ? readReject(body) : establish(body);
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
    noise.destroy();
  }

  private byte[] writeMessage1(byte[] payload) {
    try {
      return noise.writeMessage(payload);
    } catch (HandshakeException e) {
      throw new IllegalStateException("an agent id has an unusable key", e); // ids are validated
    }
  }

  private static InitiatorOutcome readReject(byte[] body) throws HandshakeRefusedException {
    TlvReader in = new TlvReader(body, 0, body.length);
    int kind = in.u8();
    RejectCode code = RejectCode.ofWire(in.u8());
    long retryAfterMs = in.u32();
    int reserved = in.u16();
    if (kind != HandshakeWire.KIND_REJECT || code == null || reserved != 0) {
      throw new HandshakeRefusedException(RefusalReason.BAD_HEADER);
    }
    return new InitiatorOutcome.Rejected(code, retryAfterMs);
  }

  private InitiatorOutcome establish(byte[] body)
      throws HandshakeRefusedException, HandshakeException, MalformedException {
    if (body[0] != HandshakeWire.KIND_MESSAGE_2 || body[1] != 0) {
      throw new HandshakeRefusedException(RefusalReason.BAD_HEADER);
    }
    byte[] payload =
        noise.readMessage(body, HandshakeWire.NOISE_2_AT, body.length - HandshakeWire.NOISE_2_AT);
    HandshakePayloads.Answer answer = HandshakePayloads.decode2(payload);
    HandshakePayloads.Introduction introduction = introduction();
    byte[] message3 =
        HandshakeWire.unit(
            new byte[0], noise.writeMessage(HandshakePayloads.encode3(introduction)));
    SessionFacts facts =
        new SessionFacts(
            true,
            dial.responder(),
            network.id(),
            suite,
            dial.relayed(),
            dial.check(),
            answer.instance(),
            answer.roles(),
            options.limits(),
            answer.limits(),
            options.features() & answer.features(),
            answer.timeMs() - options.nowMs(),
            introduction.dialNonce,
            introduction.credentials);
    return new InitiatorOutcome.Established(
        message3, EstablishedSession.establish(noise, facts, options));
  }

  private HandshakePayloads.Introduction introduction() {
    HandshakePayloads.Introduction introduction = new HandshakePayloads.Introduction();
    introduction.agentId = options.identity().id().toBytes();
    introduction.limits = options.limits();
    introduction.features = options.features();
    introduction.dialNonce = new byte[HandshakePayloads.NONCE_BYTES];
    options.random().fill(introduction.dialNonce);
    introduction.credentials = dial.credentials();
    introduction.instance = options.instance();
    introduction.roles = options.roles();
    introduction.check = dial.check();
    return introduction;
  }

  private HandshakeState newNoise() {
    Identity identity = options.identity();
    byte[] psk = network.psk(suite);
    byte[] agreementKey = identity.agreementKey();
    try {
      return HandshakeState.builder(suite.protocol(), Role.INITIATOR)
          .prologue(HandshakeWire.prologue(header, network.id().toBytes(), dial.responder()))
          .psks(List.of(psk))
          .localStatic(agreementKey, identity.id().x25519PublicKey())
          .remoteStatic(dial.responder().x25519PublicKey())
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
