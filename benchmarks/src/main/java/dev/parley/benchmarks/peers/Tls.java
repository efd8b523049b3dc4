package dev.parley.benchmarks.peers;

/** What encrypts a peer's connection. */
enum Tls {
  /** Nothing. */
  NONE,
  /** The JDK's TLS. */
  JDK,
  /** BoringSSL, through netty-tcnative. */
  TCNATIVE
}
