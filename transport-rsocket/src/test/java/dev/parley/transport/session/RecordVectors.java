package dev.parley.transport.session;

import static dev.parley.transport.vectors.VectorFile.array;
import static dev.parley.transport.vectors.VectorFile.bytes;
import static dev.parley.transport.vectors.VectorFile.hex;
import static dev.parley.transport.vectors.VectorFile.object;
import static dev.parley.transport.vectors.VectorFile.vector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadInternals;
import dev.parley.transport.crypto.AeadKey;
import dev.parley.transport.crypto.AeadProviders;
import dev.parley.transport.rsocket.Padding;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes {@code records.json}. */
final class RecordVectors {
  private static final int MAX_RECORD = 4096;
  private static final byte[] NO_AD = {};
  private static final byte[] REQUEST = HexFormat.of().parseHex("000000011000c0ffee");
  private static final byte[] CANCEL = HexFormat.of().parseHex("000000032400");

  private final AeadAlgorithm algorithm;
  private final Padding padding;
  private final byte[] key;
  private final long first;
  private final RecordSealer sealer;
  private final RecordOpener opener;

  /** Holds the key that each record is under, moved on by hand. */
  private final AeadKey mirror;

  private final ArrayNode inputs = array();
  private final ArrayNode outputs = array();
  private long n;

  private RecordVectors(AeadAlgorithm algorithm, Padding padding, String label, long first) {
    this.algorithm = algorithm;
    this.padding = padding;
    this.key = bytes(aeadName(algorithm) + "/" + label + "/key", 32);
    this.first = first;
    this.n = first;
    long interval = RecordFormat.REKEY_INTERVAL;
    this.sealer = new RecordSealer(newKey(), MAX_RECORD, padding, interval, first);
    this.opener = new RecordOpener(newKey(), MAX_RECORD, interval, first);
    this.mirror = newKey();
  }

  private AeadKey newKey() {
    return AeadProviders.select(algorithm).key(algorithm, key);
  }

  static String aeadName(AeadAlgorithm algorithm) {
    return algorithm == AeadAlgorithm.AES_256_GCM ? "AES-256-GCM" : "ChaCha20-Poly1305";
  }

  static ObjectNode file() {
    ArrayNode vectors = array();
    for (AeadAlgorithm algorithm : AeadAlgorithm.values()) {
      vectors.add(kinds(algorithm, Padding.NONE));
      vectors.add(kinds(algorithm, Padding.BLOCK_64));
      vectors.add(boundary(algorithm));
      vectors.add(keyUpdate(algorithm));
      vectors.add(keyUpdateAtBoundary(algorithm));
      vectors.add(last(algorithm));
    }
    ObjectNode file = object().put("format", "parley records 1");
    file.set("directions", vectors);
    return file;
  }

  private static ObjectNode kinds(AeadAlgorithm algorithm, Padding padding) {
    String name = padding == Padding.NONE ? "kinds of records" : "padded records";
    RecordVectors made = new RecordVectors(algorithm, padding, name, 0);
    made.control(new ControlRecord.Ready(SessionLimits.defaults()));
    made.data(REQUEST);
    made.data(REQUEST, CANCEL, bytes("a frame of 300 bytes", 300));
    made.data(bytes("the largest frame", MAX_RECORD - 20));
    made.data(CANCEL);
    made.control(ControlRecord.Close.of(CloseCode.NORMAL));
    return made.json(name);
  }

  private static ObjectNode boundary(AeadAlgorithm algorithm) {
    RecordVectors made = new RecordVectors(algorithm, Padding.NONE, "rekey", 65_534);
    for (int i = 0; i < 4; i++) {
      made.data(REQUEST);
    }
    return made.json("rekey before n = 65536");
  }

  private static ObjectNode keyUpdate(AeadAlgorithm algorithm) {
    RecordVectors made = new RecordVectors(algorithm, Padding.NONE, "key update", 40);
    made.data(REQUEST);
    made.control(new ControlRecord.KeyUpdate());
    made.data(REQUEST);
    made.control(new ControlRecord.Ping(258));
    return made.json("KEY_UPDATE");
  }

  private static ObjectNode keyUpdateAtBoundary(AeadAlgorithm algorithm) {
    RecordVectors made = new RecordVectors(algorithm, Padding.NONE, "both", 2 * 65_536 - 1);
    made.control(new ControlRecord.KeyUpdate());
    made.data(REQUEST);
    made.data(REQUEST);
    return made.json("KEY_UPDATE as the last record before n = 131072: both rules add up");
  }

  private static ObjectNode last(AeadAlgorithm algorithm) {
    RecordVectors made = new RecordVectors(algorithm, Padding.NONE, "last", (1L << 48) - 1);
    made.data(REQUEST);
    return made.json("the last record, n = 2^48 - 1");
  }

  private void data(byte[]... frames) {
    byte[] record = SessionFixture.sealData(sealer, frames);
    int plain = 1 + Arrays.stream(frames).mapToInt(frame -> 3 + frame.length).sum();
    ObjectNode input = object().put("type", "DATA");
    input.set("frames", hex(List.of(frames)));
    inputs.add(input.put("padding", opened(record).length - plain));
  }

  private void control(ControlRecord record) {
    byte[] sealed = SessionFixture.sealControl(sealer, record);
    byte[] plain = new byte[RecordSealer.MAX_CONTROL_BYTES];
    plain = Arrays.copyOf(plain, ControlCodec.encode(record, plain, 0));
    byte[] inner = opened(sealed);
    inputs.add(
        object()
            .put("type", "CONTROL")
            .put("control", hex(plain))
            .put("padding", inner.length - plain.length));
    if (record instanceof ControlRecord.KeyUpdate) {
      mirror.rekey();
    }
  }

  /** Opens a record, by the opener and with the key that should be in force. */
  private byte[] opened(byte[] record) {
    if (n != 0 && n % RecordFormat.REKEY_INTERVAL == 0) {
      mirror.rekey();
    }
    byte[] inner = new byte[record.length - 2 - AeadAlgorithm.TAG_BYTES];
    try {
      assertThat(SessionFixture.open(opener, record)).hasSize(inner.length);
      mirror.open(n, NO_AD, record, 2, record.length - 2, inner, 0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    outputs.add(
        object()
            .put("n", n)
            .put("key", hex(AeadInternals.key(mirror)))
            .put("nonce", hex(AeadInternals.nonce(algorithm, n)))
            .put("inner", hex(inner))
            .put("record", hex(record)));
    n++;
    return inner;
  }

  private ObjectNode json(String name) {
    ObjectNode in = object().put("aead", aeadName(algorithm)).put("key", hex(key)).put("n", first);
    in.set("records", inputs);
    ObjectNode out = object();
    out.set("records", outputs);
    String of = aeadName(algorithm) + (padding == Padding.NONE ? "" : ", " + padding);
    return vector(of + ": " + name, in, out);
  }
}
