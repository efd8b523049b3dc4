package dev.parley;

/** The step of a message's life in which it failed, in the order in which they happen. */
public enum Phase {
  /** Finding an open link or addresses of the peer. */
  RESOLVE,
  /** Connecting to an address. */
  DIAL,
  /** Proving both identities. */
  HANDSHAKE,
  /** Handing the message to the link; nothing of it has left this process. */
  SEND,
  /** The message is on its way or with the peer's handler. */
  AWAIT
}
