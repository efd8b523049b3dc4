package dev.parley.transport.session;

/**
 * What one side of a session is willing to receive.
 *
 * <p>Each side states its limits inside the handshake; the responder may restate them for the
 * authenticated peer in {@link ControlRecord.Ready}, and either side later in {@link
 * ControlRecord.Limits}. {@code maxRecordBytes} is fixed by the handshake: both directions use the
 * smaller of the two values ({@link EstablishedSession#maxRecordBytes()}), and a later statement
 * does not change it. The other three apply per direction: a sender keeps to the latest limits of
 * its peer.
 *
 * <p>On the wire: {@code u32 maxRecordBytes, u32 maxMessageBytes, u32 maxMetadataBytes, u32
 * maxConcurrentRequests}, 16 bytes. A value out of range is malformed.
 *
 * @param maxRecordBytes largest plaintext of one record, 4,096 to 65,519; default 32,768
 * @param maxMessageBytes largest data of one message after reassembly, 1,024 to 16,777,215; default
 *     4 MiB
 * @param maxMetadataBytes largest metadata of one message after reassembly, 1,024 to 16,777,215;
 *     default 64 KiB
 * @param maxConcurrentRequests requests that the peer may have open at this side at a time, 1 to
 *     1,048,576; default 1,024
 */
public record SessionLimits(
    int maxRecordBytes, int maxMessageBytes, int maxMetadataBytes, int maxConcurrentRequests) {

  static final int WIRE_BYTES = 16;
  private static final SessionLimits DEFAULTS = new SessionLimits(32_768, 4 << 20, 65_536, 1_024);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public SessionLimits {
    check("maxRecordBytes", maxRecordBytes, 4_096, 65_519);
    check("maxMessageBytes", maxMessageBytes, 1_024, 0xFF_FFFF);
    check("maxMetadataBytes", maxMetadataBytes, 1_024, 0xFF_FFFF);
    check("maxConcurrentRequests", maxConcurrentRequests, 1, 1 << 20);
  }

  /** Returns the default of every limit. */
  public static SessionLimits defaults() {
    return DEFAULTS;
  }

  /** Returns a copy with another {@code maxRecordBytes}. */
  public SessionLimits withMaxRecordBytes(int bytes) {
    return new SessionLimits(bytes, maxMessageBytes, maxMetadataBytes, maxConcurrentRequests);
  }

  /** Returns a copy with another {@code maxMessageBytes}. */
  public SessionLimits withMaxMessageBytes(int bytes) {
    return new SessionLimits(maxRecordBytes, bytes, maxMetadataBytes, maxConcurrentRequests);
  }

  /** Returns a copy with another {@code maxMetadataBytes}. */
  public SessionLimits withMaxMetadataBytes(int bytes) {
    return new SessionLimits(maxRecordBytes, maxMessageBytes, bytes, maxConcurrentRequests);
  }

  /** Returns a copy with another {@code maxConcurrentRequests}. */
  public SessionLimits withMaxConcurrentRequests(int requests) {
    return new SessionLimits(maxRecordBytes, maxMessageBytes, maxMetadataBytes, requests);
  }

  void write(TlvWriter out) {
    out.begin(Tlv.LIMITS, WIRE_BYTES);
    out.u32(maxRecordBytes);
    out.u32(maxMessageBytes);
    out.u32(maxMetadataBytes);
    out.u32(maxConcurrentRequests);
  }

  static SessionLimits read(TlvReader in) throws MalformedException {
    in.expectLength(WIRE_BYTES);
    try {
      return new SessionLimits(
          boundedInt(in.u32()), boundedInt(in.u32()), boundedInt(in.u32()), boundedInt(in.u32()));
    } catch (IllegalArgumentException e) {
      throw new MalformedException();
    }
  }

  private static int boundedInt(long value) {
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  private static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + " is " + value + ", must be " + min + ".." + max);
    }
  }
}
