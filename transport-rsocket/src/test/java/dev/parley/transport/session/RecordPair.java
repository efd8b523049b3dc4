package dev.parley.transport.session;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.rsocket.Padding;

/** The two ends of one direction of a record layer, for tests in other packages. */
public final class RecordPair {
  public static final int MAX_RECORD_BYTES = 16_384;

  private final RecordSealer sealer =
      new RecordSealer(
          SessionFixture.key(AeadAlgorithm.AES_256_GCM, 1),
          MAX_RECORD_BYTES,
          Padding.NONE,
          RecordFormat.REKEY_INTERVAL,
          0);
  private final RecordOpener opener =
      new RecordOpener(
          SessionFixture.key(AeadAlgorithm.AES_256_GCM, 1),
          MAX_RECORD_BYTES,
          RecordFormat.REKEY_INTERVAL,
          0);

  public RecordSealer sealer() {
    return sealer;
  }

  public RecordOpener opener() {
    return opener;
  }

  /** The next record, with these frames. */
  public byte[] record(byte[]... frames) {
    return SessionFixture.sealData(sealer, frames);
  }
}
