package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.from;
import static dev.parley.naive.NaiveBytes.pad;
import static dev.parley.naive.NaiveBytes.slice;
import static dev.parley.naive.NaiveBytes.uint;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Set;

/** The side that accepts, PROTOCOL.md §5. It takes the suites that it is told to. */
public final class NaiveResponder {
  private static final int HEADER_BYTES = 6;
  private static final int NOISE_AT = 22;
  private static final long MAX_SKEW_MS = 300_000;

  private final NaiveSide self;
  private final Set<NaiveSuite> accepted;
  private NaiveSuite suite;
  private NaiveNoise noise;
  private byte[] initiatorEphemeral;
  private byte[] encapsulationKey;
  private byte[] payload2;

  NaiveResponder(NaiveSide self, Set<NaiveSuite> accepted) {
    this.self = self;
    this.accepted = accepted;
  }

  /** Reads the body of MSG1, in the order of §5.1. */
  void readMessage1(byte[] body) throws NaiveRefusal {
    if (!NaiveWire.isMessage1Length(body.length)) {
      throw new NaiveRefusal("a wrong length of MSG1");
    }
    byte[] header = slice(body, 0, HEADER_BYTES);
    byte[] message = from(body, NOISE_AT);
    if (!Arrays.equals(slice(header, 0, 3), slice(NaiveWire.MAGIC, 0, 3))) {
      throw new NaiveRefusal("a wrong magic");
    }
    boolean thisVersion = header[3] == NaiveWire.MAGIC[3];
    if (thisVersion && (header[5] & 0xFE) != 0) {
      throw new NaiveRefusal("an unknown flag");
    }
    byte[] mac1 = NaiveWire.mac1(self.network().mac1Key(self.agent().id()), header, message);
    if (!MessageDigest.isEqual(mac1, slice(body, HEADER_BYTES, NOISE_AT))) {
      throw new NaiveRefusal("a wrong mac1");
    }
    if (!thisVersion) {
      throw new NaiveRefusal("another version", 3);
    }
    suite = NaiveSuite.of(header[4] & 0xFF);
    if (!accepted.contains(suite)) {
      throw new NaiveRefusal("a suite that is not permitted", 2);
    }
    readNoise1(header, message);
  }

  private void readNoise1(byte[] header, byte[] message) throws NaiveRefusal {
    byte[] id = self.agent().id();
    noise = new NaiveNoise(suite);
    noise.mixHash(NaiveWire.prologue(header, self.network().id(), id));
    noise.mixHash(NaiveIds.x25519Public(id));
    noise.trace("start");

    noise.mixKeyAndHash(self.network().psk(suite));
    noise.trace("1 psk");

    byte[] re = slice(message, 0, 32);
    noise.mixHash(re);
    noise.mixKey(re);
    noise.trace("1 e");
    noise.mixSecret("1 es", NaiveCrypto.x25519(self.agent().x25519Private(), re));

    int at = 32;
    if (suite.postQuantum) {
      encapsulationKey = noise.decryptAndHash(slice(message, 32, 32 + 1200));
      noise.trace("1 e1");
      at += 1200;
    }
    byte[] payload = noise.decryptAndHash(from(message, at));
    noise.trace("1 payload");
    initiatorEphemeral = re;
    byte[] time = NaiveFields.decode(payload, Set.of(NaiveFields.TIME)).get(NaiveFields.TIME, 8);
    if (Math.abs(uint(time, 0, 8) - self.timeMs()) > MAX_SKEW_MS) {
      throw new NaiveRefusal("a first message of another time");
    }
  }

  /** The body of MSG2. */
  byte[] message2() throws NaiveRefusal {
    byte[] e = NaiveCrypto.x25519Public(self.ephemeral());
    noise.mixHash(e);
    noise.mixKey(e);
    noise.trace("2 e");
    noise.mixSecret("2 ee", NaiveCrypto.x25519(self.ephemeral(), initiatorEphemeral));

    byte[] sealedCiphertext = {};
    if (suite.postQuantum) {
      byte[][] result = NaiveCrypto.kemEncapsulate(encapsulationKey, self.kemRandom());
      sealedCiphertext = noise.encryptAndHash(result[0]);
      noise.mixSecret("2 ekem1", result[1]);
    }
    NaiveFields fields =
        new NaiveFields()
            .with(NaiveFields.TIME, uint(self.timeMs(), 8))
            .with(NaiveFields.LIMITS, self.limits().encode())
            .with(NaiveFields.FEATURES, uint(self.features(), 8));
    self.introduce(fields);
    payload2 = pad(fields.encode(), suite.payload2Bytes());
    byte[] sealedPayload = noise.encryptAndHash(payload2);
    noise.trace("2 payload");
    return concat(new byte[] {2, 0}, e, sealedCiphertext, sealedPayload);
  }

  /** Reads the body of MSG3. */
  NaiveSession readMessage3(byte[] body) throws NaiveRefusal {
    if (!NaiveWire.isMessage3Length(body.length)) {
      throw new NaiveRefusal("a wrong length of MSG3");
    }
    byte[] rs = noise.decryptAndHash(slice(body, 0, 48));
    noise.trace("3 s");
    noise.mixSecret("3 se", NaiveCrypto.x25519(self.ephemeral(), rs));
    byte[] payload = noise.decryptAndHash(from(body, 48));
    noise.trace("3 payload");
    NaiveFields fields =
        NaiveFields.decode(
            payload,
            Set.of(
                NaiveFields.LIMITS,
                NaiveFields.FEATURES,
                NaiveFields.AGENT_ID,
                NaiveFields.DIAL_NONCE,
                NaiveFields.CREDENTIALS,
                NaiveFields.INSTANCE,
                NaiveFields.ROLES,
                NaiveFields.CHECK));
    return session(fields, rs);
  }

  private NaiveSession session(NaiveFields fields, byte[] rs) throws NaiveRefusal {
    NaiveLimits peerLimits = NaiveLimits.decode(fields.get(NaiveFields.LIMITS, 16));
    long peerFeatures = uint(fields.get(NaiveFields.FEATURES, 8), 0, 8);
    fields.get(NaiveFields.DIAL_NONCE, 16);
    if (fields.has(NaiveFields.INSTANCE)) {
      fields.get(NaiveFields.INSTANCE, 16);
    }
    if (fields.has(NaiveFields.ROLES)) {
      fields.get(NaiveFields.ROLES, 4);
    }
    if (fields.has(NaiveFields.CHECK)) {
      fields.get(NaiveFields.CHECK, 0);
    }
    if (fields.has(NaiveFields.CREDENTIALS) && fields.get(NaiveFields.CREDENTIALS).length > 1866) {
      throw new NaiveRefusal("credentials that are too long");
    }
    byte[] peerId = fields.get(NaiveFields.AGENT_ID, 32);
    if (!NaiveIds.isValid(peerId) || !Arrays.equals(NaiveIds.x25519Public(peerId), rs)) {
      throw new NaiveRefusal("an id that does not belong to the static key");
    }
    byte[][] keys = noise.split();
    return new NaiveSession(
        suite,
        noise.h(),
        keys[1],
        keys[0],
        peerId,
        self.limits(),
        peerLimits,
        self.features() & peerFeatures);
  }

  NaiveNoise noise() {
    return noise;
  }

  byte[] payload2() {
    return payload2;
  }
}
