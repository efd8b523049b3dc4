package dev.parley.transport.session;

/** What the answer to a first message comes to. */
public sealed interface InitiatorOutcome {

  /**
   * The responder is who was dialled.
   *
   * <p>The session may be used as soon as the third message is written ahead of its first record;
   * the responder may still end it with {@link CloseCode#ACCESS_DENIED}.
   *
   * @param message3 the third message, length prefix included, to be sent at once
   * @param session the session
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Established(byte[] message3, EstablishedSession session) implements InitiatorOutcome {}

  /**
   * The responder, or anybody on the path to it, says that it does not start this handshake.
   *
   * <p>The answer is not authenticated: it is advice on when and how to try again, no more.
   *
   * @param code why
   * @param retryAfterMs milliseconds to wait, 0 to 4,294,967,295; 0 says nothing
   */
  record Rejected(RejectCode code, long retryAfterMs) implements InitiatorOutcome {}
}
