package dev.parley.naive;

/** The four suites, PROTOCOL.md §3, with the sizes of §5. */
public enum NaiveSuite {
  ONE("Noise_XKhfs+psk0_25519+MLKEM768_AESGCM_SHA256", NaiveAead.AES_256_GCM, true),
  TWO("Noise_XKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256", NaiveAead.CHACHA20_POLY1305, true),
  THREE("Noise_XKpsk0_25519_AESGCM_SHA256", NaiveAead.AES_256_GCM, false),
  FOUR("Noise_XKpsk0_25519_ChaChaPoly_SHA256", NaiveAead.CHACHA20_POLY1305, false);

  final String protocolName;
  final NaiveAead aead;
  final boolean postQuantum;

  NaiveSuite(String protocolName, NaiveAead aead, boolean postQuantum) {
    this.protocolName = protocolName;
    this.aead = aead;
    this.postQuantum = postQuantum;
  }

  int id() {
    return ordinal() + 1;
  }

  static NaiveSuite of(int id) throws NaiveRefusal {
    if (id < 1 || id > 4) {
      throw new NaiveRefusal("an unknown suite", 2);
    }
    return values()[id - 1];
  }

  int payload1Bytes() {
    return postQuantum ? 136 : 1336;
  }

  int payload2Bytes() {
    return postQuantum ? 252 : 1356;
  }
}
