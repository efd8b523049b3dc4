package dev.parley.messenger;

import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.shares.Shares;
import dev.parley.spi.Link;

/**
 * How much of its peers' requests a node has with handlers: places, and bytes of larger requests.
 * Thread-safe.
 */
final class Intake {
  private final Shares places;
  private final Shares memory;
  private final Shares requests; // within the memory

  /**
   * @param maxHandlers how many places there are
   * @param memory the bytes that are held for peers
   */
  Intake(int maxHandlers, Shares memory) {
    this.places = new Shares(maxHandlers);
    this.memory = memory;
    this.requests = new Shares(memory.capacity());
  }

  /** What hands to handlers what comes on a link, which has its shares until it is gone. */
  LinkReceiver receiver(Messenger messenger, Link link) {
    Origin origin = Origin.of(link.path().remoteIp(), link.peer());
    Share handlers = places.open(origin);
    Share held = memory.open(origin, link);
    Share bytes = requests.openWithin(held, origin);
    Runnable close =
        () -> {
          handlers.close();
          bytes.close();
          held.close();
        };
    link.onClose().subscribe(v -> {}, e -> close.run(), close);
    return new LinkReceiver(messenger, this, handlers, bytes);
  }

  /** Whether nothing new begins of who has most. */
  boolean isShedding() {
    return memory.isShedding();
  }

  /** How many handlers run. */
  int handlers() {
    return (int) places.taken();
  }

  /** Bytes of larger requests that they have. */
  long requestBytes() {
    return requests.taken();
  }
}
