package dev.parley.dht.wire;

import dev.parley.Identity;

/** Signs the listings of one agent. */
@FunctionalInterface
public interface ListingSigner {
  /** What listings are signed for; see {@link Identity#sign}. */
  String PURPOSE = "dht-record/1";

  /** The 64-byte signature over {@code statement}, which is the network's id and the listing. */
  byte[] sign(byte[] statement);

  /** Signs with an identity: Ed25519 over {@code "parley-sig/1" 00 "dht-record/1" 00 statement}. */
  static ListingSigner of(Identity identity) {
    return statement -> identity.sign(PURPOSE, statement);
  }
}
