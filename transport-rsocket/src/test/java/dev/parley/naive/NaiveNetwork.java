package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.uint;
import static dev.parley.naive.NaiveBytes.utf8;
import static dev.parley.naive.NaiveCrypto.hkdf;
import static dev.parley.naive.NaiveCrypto.sha256;

/** A network and the keys that come from it, PROTOCOL.md §2. */
public record NaiveNetwork(byte[] netSecret) {

  public static NaiveNetwork open(String name) {
    return new NaiveNetwork(sha256(utf8("parley-open/1" + name)));
  }

  byte[] id() {
    return hkdf(netSecret, utf8("parley id"), 32);
  }

  byte[] psk(NaiveSuite suite) {
    return hkdf(netSecret, concat(utf8("parley psk"), uint(suite.id(), 1)), 32);
  }

  byte[] mac1Key(byte[] responderId) {
    return hkdf(netSecret, concat(utf8("parley mac1"), responderId), 32);
  }
}
