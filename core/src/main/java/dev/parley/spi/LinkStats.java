package dev.parley.spi;

/**
 * What went over a link so far.
 *
 * @param recordsSealed records sent
 * @param recordsOpened records received
 * @param bytesSealed bytes of plaintext that were sealed
 * @param bytesOpened bytes of plaintext that were opened
 * @param wireBytesOut bytes written to the connection, handshake included
 * @param wireBytesIn bytes read from the connection, handshake included
 * @param pendingBytes bytes that wait to be written now
 * @param messagesOut requests, answers, items and signals sent, the DHT's included
 * @param messagesIn the same, received
 */
public record LinkStats(
    long recordsSealed,
    long recordsOpened,
    long bytesSealed,
    long bytesOpened,
    long wireBytesOut,
    long wireBytesIn,
    long pendingBytes,
    long messagesOut,
    long messagesIn) {
  /** Of a link that does not count messages. */
  public LinkStats(
      long recordsSealed,
      long recordsOpened,
      long bytesSealed,
      long bytesOpened,
      long wireBytesOut,
      long wireBytesIn,
      long pendingBytes) {
    this(
        recordsSealed,
        recordsOpened,
        bytesSealed,
        bytesOpened,
        wireBytesOut,
        wireBytesIn,
        pendingBytes,
        0,
        0);
  }
}
