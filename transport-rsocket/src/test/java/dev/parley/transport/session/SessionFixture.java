package dev.parley.transport.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadKey;
import dev.parley.transport.crypto.AeadProviders;
import dev.parley.transport.crypto.RandomSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Agents, networks and whole handshakes in memory, all from fixed seeds. */
final class SessionFixture {
  static final Identity ALICE = identity(1);
  static final Identity BOB = identity(2);
  static final Identity CAROL = identity(3);
  static final Network OPEN = Network.open("auction-house");
  static final Network SECRET = Network.secret(filled(32, 0x5A));
  static final SuitePolicy EVERY_SUITE = new SuitePolicy(List.of(Suite.values()), false);
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private SessionFixture() {}

  /** Both ends of a finished handshake, and what went over the wire. */
  static final class Pair {
    byte[] message1 = {};
    byte[] message2 = {};
    byte[] message3 = {};
    EstablishedSession initiator;
    EstablishedSession responder;
  }

  static Identity identity(int seed) {
    return Identity.fromSeed(filled(32, seed));
  }

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static RandomSource random(long seed) {
    return new Random(seed)::nextBytes;
  }

  static SessionOptions.Builder options(Identity identity, Network network, long seed) {
    return SessionOptions.builder()
        .identity(identity)
        .network(network)
        .suites(EVERY_SUITE)
        .random(random(seed))
        .clock(InstantSource.fixed(NOW));
  }

  static Pair handshake(Dial dial, SessionOptions initiator, SessionOptions responder)
      throws HandshakeRefusedException {
    Pair pair = new Pair();
    InitiatorHandshake dialling = InitiatorHandshake.start(dial, initiator);
    pair.message1 = dialling.message1();
    ResponderHandshake listening = ResponderHandshake.precheck(responder, body(pair.message1));
    pair.message2 = listening.message2();
    InitiatorOutcome.Established established =
        (InitiatorOutcome.Established) dialling.readMessage2(body(pair.message2));
    pair.message3 = established.message3();
    pair.initiator = established.session();
    pair.responder = listening.readMessage3(body(pair.message3));
    return pair;
  }

  /** Alice dials Bob. */
  static Pair handshake(Suite suite, Network network) throws HandshakeRefusedException {
    return handshake(
        Dial.to(BOB.id()).suite(suite),
        options(ALICE, network, 10).build(),
        options(BOB, network, 20).build());
  }

  /** The body of a unit whose prefix is right. */
  static byte[] body(byte[] unit) {
    assertThat(prefix(unit)).isEqualTo(unit.length - 2);
    return Arrays.copyOfRange(unit, 2, unit.length);
  }

  static int prefix(byte[] unit) {
    return (unit[0] & 0xFF) << 8 | unit[1] & 0xFF;
  }

  static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
    return flipped;
  }

  static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  static byte[] concat(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  static AeadKey key(AeadAlgorithm algorithm, int seed) {
    return AeadProviders.select(algorithm).key(algorithm, filled(32, seed));
  }

  /** One DATA record with the given frames, prefix included. */
  static byte[] sealData(RecordSealer sealer, byte[]... frames) {
    byte[] buffer = new byte[RecordFormat.maxWireBytes(65_519)];
    sealer.begin(buffer, 0);
    for (byte[] frame : frames) {
      System.arraycopy(frame, 0, buffer, sealer.append(frame.length), frame.length);
    }
    return Arrays.copyOf(buffer, sealer.seal());
  }

  static byte[] sealControl(RecordSealer sealer, ControlRecord record) {
    byte[] buffer = new byte[RecordSealer.MAX_CONTROL_BYTES];
    return Arrays.copyOf(buffer, sealer.seal(record, buffer, 0));
  }

  /** The plaintext of a record. */
  static byte[] open(RecordOpener opener, byte[] record) throws RecordException {
    byte[] inner = new byte[record.length];
    int length = opener.open(record, 2, record.length - 2, inner, 0);
    return Arrays.copyOf(inner, length);
  }

  /** The single frame of a record. */
  static byte[] openFrame(RecordOpener opener, byte[] record) throws RecordException {
    byte[] inner = open(opener, record);
    RecordFrames frames = new RecordFrames();
    frames.reset(inner, 0, inner.length);
    assertThat(frames.next()).isTrue();
    byte[] frame = Arrays.copyOfRange(inner, frames.offset(), frames.offset() + frames.length());
    assertThat(frames.next()).isFalse();
    return frame;
  }
}
