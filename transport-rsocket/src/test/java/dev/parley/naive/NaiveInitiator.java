package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.from;
import static dev.parley.naive.NaiveBytes.pad;
import static dev.parley.naive.NaiveBytes.slice;
import static dev.parley.naive.NaiveBytes.uint;

import java.util.Set;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;

/** The side that dials, PROTOCOL.md §5. */
public final class NaiveInitiator {
  private final NaiveSuite suite;
  private final NaiveSide self;
  private final byte[] responderId;
  private final byte[] responderKey;
  private final byte[] dialNonce;
  private final byte[] credentials;
  private final boolean check;
  private final byte[] header;
  private final NaiveNoise noise;
  private MLKEMPrivateKeyParameters kem;
  private byte[] responderEphemeral;
  private NaiveLimits peerLimits;
  private long peerFeatures;
  private byte[] payload1;
  private byte[] payload3;

  /** Takes empty credentials for none. */
  NaiveInitiator(
      NaiveSuite suite,
      boolean relayed,
      NaiveSide self,
      byte[] responderId,
      byte[] dialNonce,
      byte[] credentials,
      boolean check)
      throws NaiveRefusal {
    if (!NaiveIds.isValid(responderId)) {
      throw new NaiveRefusal("an id that is not valid");
    }
    this.suite = suite;
    this.self = self;
    this.responderId = responderId;
    this.responderKey = NaiveIds.x25519Public(responderId);
    this.dialNonce = dialNonce;
    this.credentials = credentials;
    this.check = check;
    this.header = NaiveWire.header(suite, relayed);
    this.noise = new NaiveNoise(suite);
  }

  /** The body of MSG1. */
  byte[] message1() throws NaiveRefusal {
    noise.mixHash(NaiveWire.prologue(header, self.network().id(), responderId));
    noise.mixHash(responderKey);
    noise.trace("start");

    noise.mixKeyAndHash(self.network().psk(suite));
    noise.trace("1 psk");

    byte[] e = NaiveCrypto.x25519Public(self.ephemeral());
    noise.mixHash(e);
    noise.mixKey(e);
    noise.trace("1 e");
    noise.mixSecret("1 es", NaiveCrypto.x25519(self.ephemeral(), responderKey));

    byte[] sealedKey = {};
    if (suite.postQuantum) {
      kem = NaiveCrypto.kemKey(self.kemRandom());
      sealedKey = noise.encryptAndHash(kem.getPublicKey());
      noise.trace("1 e1");
    }
    byte[] time = new NaiveFields().with(NaiveFields.TIME, uint(self.timeMs(), 8)).encode();
    payload1 = pad(time, suite.payload1Bytes());
    byte[] message = concat(e, sealedKey, noise.encryptAndHash(payload1));
    noise.trace("1 payload");
    byte[] mac1Key = self.network().mac1Key(responderId);
    return concat(header, NaiveWire.mac1(mac1Key, header, message), message);
  }

  /** Reads the body of the answer. */
  void readAnswer(byte[] body) throws NaiveRefusal {
    if (body.length == NaiveWire.REJECT_BYTES) {
      throw NaiveWire.reject(body);
    }
    byte[] message = NaiveWire.noise2(body);
    byte[] re = slice(message, 0, 32);
    noise.mixHash(re);
    noise.mixKey(re);
    noise.trace("2 e");
    noise.mixSecret("2 ee", NaiveCrypto.x25519(self.ephemeral(), re));

    int at = 32;
    if (suite.postQuantum) {
      byte[] ciphertext = noise.decryptAndHash(slice(message, 32, 32 + 1104));
      noise.mixSecret("2 ekem1", NaiveCrypto.kemDecapsulate(kem, ciphertext));
      at += 1104;
    }
    byte[] payload = noise.decryptAndHash(from(message, at));
    noise.trace("2 payload");
    responderEphemeral = re;
    NaiveFields fields =
        NaiveFields.decode(
            payload,
            Set.of(
                NaiveFields.TIME,
                NaiveFields.LIMITS,
                NaiveFields.FEATURES,
                NaiveFields.INSTANCE,
                NaiveFields.ROLES));
    fields.get(NaiveFields.TIME, 8);
    peerLimits = NaiveLimits.decode(fields.get(NaiveFields.LIMITS, 16));
    peerFeatures = uint(fields.get(NaiveFields.FEATURES, 8), 0, 8);
  }

  /** The body of MSG3. */
  byte[] message3() throws NaiveRefusal {
    NaiveFields fields =
        new NaiveFields()
            .with(NaiveFields.AGENT_ID, self.agent().id())
            .with(NaiveFields.LIMITS, self.limits().encode())
            .with(NaiveFields.FEATURES, uint(self.features(), 8))
            .with(NaiveFields.DIAL_NONCE, dialNonce);
    if (credentials.length > 0) {
      fields.with(NaiveFields.CREDENTIALS, credentials);
    }
    self.introduce(fields);
    if (check) {
      fields.with(NaiveFields.CHECK, new byte[0]);
    }
    byte[] s = NaiveCrypto.x25519Public(self.agent().x25519Private());
    byte[] sealedStatic = noise.encryptAndHash(s);
    noise.trace("3 s");
    noise.mixSecret("3 se", NaiveCrypto.x25519(self.agent().x25519Private(), responderEphemeral));
    payload3 = NaiveWire.padPayload3(fields.encode());
    byte[] message = concat(sealedStatic, noise.encryptAndHash(payload3));
    noise.trace("3 payload");
    return message;
  }

  NaiveSession session() {
    byte[][] keys = noise.split();
    return new NaiveSession(
        suite,
        noise.h(),
        keys[0],
        keys[1],
        responderId,
        self.limits(),
        peerLimits,
        self.features() & peerFeatures);
  }

  NaiveNoise noise() {
    return noise;
  }

  byte[] payload1() {
    return payload1;
  }

  byte[] payload3() {
    return payload3;
  }
}
