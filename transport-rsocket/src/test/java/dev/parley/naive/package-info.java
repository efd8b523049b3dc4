/**
 * A second implementation of the protocol, written from PROTOCOL.md alone: plain, blocking, slow,
 * and of no use but to check that the document is enough and that the vectors are right. It takes
 * the primitives from the JDK and BouncyCastle and nothing from the rest of this project. Start
 * with {@link dev.parley.naive.NaiveInitiator} and {@link dev.parley.naive.NaiveClient}.
 */
package dev.parley.naive;
