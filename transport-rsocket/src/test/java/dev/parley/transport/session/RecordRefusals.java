package dev.parley.transport.session;

import static dev.parley.transport.session.RefusalVectors.parse;
import static dev.parley.transport.session.SessionFixture.concat;
import static dev.parley.transport.session.SessionFixture.flip;
import static dev.parley.transport.vectors.VectorFile.array;
import static dev.parley.transport.vectors.VectorFile.bytes;
import static dev.parley.transport.vectors.VectorFile.hex;
import static dev.parley.transport.vectors.VectorFile.object;
import static dev.parley.transport.vectors.VectorFile.vector;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadKey;
import dev.parley.transport.crypto.AeadProviders;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** First records of a direction, most of which are fatal. */
final class RecordRefusals {
  private static final int MAX_RECORD = 4096;
  private static final AeadAlgorithm ALGORITHM = AeadAlgorithm.AES_256_GCM;
  private static final byte[] KEY = bytes("refused records/key", 32);
  private static final String FRAME = "000006 000000032400";

  private RecordRefusals() {}

  static ArrayNode vectors() {
    ArrayNode vectors = array();
    Map<String, byte[]> records = new LinkedHashMap<>();
    inners().forEach((name, inner) -> records.put(name, seal(0, parse(inner.replace(" ", "")))));
    records.put("the largest record", seal(0, largest(MAX_RECORD)));
    records.put("a byte more than the largest record", seal(0, largest(MAX_RECORD + 1)));
    records.put("a length of 16", concat(new byte[] {0, 16}, new byte[16]));
    byte[] good = seal(0, parse(("00" + FRAME).replace(" ", "")));
    records.put("a bit of the ciphertext flipped", flip(good, 8 * 2));
    records.put("a bit of the tag flipped", flip(good, 8 * good.length - 1));
    records.put("a record that comes too early, n = 1", seal(1, parse("0106")));
    records.forEach((name, record) -> vectors.add(vector(name, inputs(record), outputs(record))));
    return vectors;
  }

  private static Map<String, String> inners() {
    Map<String, String> inners = new LinkedHashMap<>();
    inners.put("one frame", "00" + FRAME);
    inners.put("one frame and three bytes of padding", "00" + FRAME + "000000");
    inners.put("no frame", "00");
    inners.put("padding only", "00 000000");
    inners.put("a frame of five bytes", "00 000005 0000000324");
    inners.put("a frame beyond the record", "00 000007 000000032400");
    inners.put("one byte of padding", "00" + FRAME + "00");
    inners.put("two bytes of padding", "00" + FRAME + "0000");
    inners.put("padding that is not zero", "00" + FRAME + "00000001");
    inners.put("a frame behind the padding", "00" + FRAME + "000000" + FRAME);
    inners.put("an unknown type of record", "02" + FRAME);
    inners.put("a control record without a code", "01");
    inners.put("code 0", "0100");
    inners.put("code 0x80", "0180");
    inners.put("an unknown code that is ignored", "017f");
    inners.put("an unknown code with a field cut off", "017f 110004 00");
    inners.put("KEY_UPDATE with a field that must be understood", "0106 800000");
    inners.put("READY without LIMITS", "0101");
    inners.put("READY with a limit of 0", "0101 020010 00008000 00400000 00010000 00000000");
    inners.put("LIMITS of 15 bytes", "0107 02000f 000080000040000000010000000004");
    inners.put("CLOSE without a code", "0102");
    inners.put("CLOSE with code 9", "0102 100001 09");
    inners.put("CLOSE with a code of two bytes", "0102 100002 0000");
    inners.put("CLOSE with a line break in the reason", "0102 100001 00 120001 0a");
    inners.put("CLOSE with a reason of 129 bytes", "0102 100001 00 120081" + "61".repeat(129));
    inners.put("CLOSE with a RETRY_AFTER of two bytes", "0102 100001 00 110002 0001");
    inners.put("GOAWAY with 2^31", "0103 130004 80000000");
    inners.put("PING without a token", "0104");
    inners.put("PING with a token of four bytes", "0104 140004 00000001");
    inners.put("PONG with two tokens", "0105 140008 0000000000000001 140008 0000000000000001");
    inners.put("PING with padding that is not zero", "0104 140008 0000000000000001 0001");
    return inners;
  }

  private static byte[] largest(int bytes) {
    byte[] frame = new byte[bytes - 4];
    Arrays.fill(frame, (byte) 0x55);
    byte[] head = {0, 0, (byte) (frame.length >>> 8), (byte) frame.length};
    return concat(head, frame);
  }

  private static byte[] seal(long n, byte[] inner) {
    AeadKey key = AeadProviders.select(ALGORITHM).key(ALGORITHM, KEY);
    byte[] out = new byte[2 + inner.length + AeadAlgorithm.TAG_BYTES];
    int length = key.seal(n, new byte[0], inner, 0, inner.length, out, 2);
    out[0] = (byte) (length >>> 8);
    out[1] = (byte) length;
    return out;
  }

  private static ObjectNode inputs(byte[] record) {
    return object()
        .put("aead", RecordVectors.aeadName(ALGORITHM))
        .put("key", hex(KEY))
        .put("maxRecordBytes", MAX_RECORD)
        .put("record", hex(record));
  }

  private static ObjectNode outputs(byte[] record) {
    AeadKey key = AeadProviders.select(ALGORITHM).key(ALGORITHM, KEY);
    RecordOpener opener = new RecordOpener(key, MAX_RECORD, RecordFormat.REKEY_INTERVAL, 0);
    try {
      byte[] inner = SessionFixture.open(opener, record);
      if (inner[0] == RecordFormat.DATA) {
        new RecordFrames().reset(inner, 0, inner.length);
      } else {
        ControlRecord.decode(inner, 0, inner.length);
      }
      return RefusalVectors.result(true);
    } catch (RecordException e) {
      return RefusalVectors.result(false);
    }
  }
}
