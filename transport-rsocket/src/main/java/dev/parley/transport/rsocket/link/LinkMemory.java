package dev.parley.transport.rsocket.link;

import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.shares.Shares;
import dev.parley.transport.session.CloseCode;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a link has of the bytes that its node holds for peers, and what is done when these run
 * short. When four fifths are taken, whose network, host or agent has more than an equal part is
 * read with pauses; at nine tenths nothing new of theirs begins; and when a twentieth is left, the
 * largest link is closed. Confined to the event loop.
 */
final class LinkMemory {
  private static final Logger log = LoggerFactory.getLogger(LinkMemory.class);

  /** Reading goes on after it, little by little: what keeps a link alive comes the same way. */
  private static final long PAUSE_MILLIS = 50;

  private final Shares node;
  private final Origin origin;
  private final LinkChannel link;
  private final Share share;
  private boolean paused;

  LinkMemory(Shares node, Origin origin, LinkChannel link) {
    this.node = node;
    this.origin = origin;
    this.link = link;
    this.share = node.open(origin, link);
  }

  /** Whose it is. */
  Origin origin() {
    return origin;
  }

  /** What the link has. */
  Share share() {
    return share;
  }

  /** Looks whether bytes run short; after each read. */
  void look() {
    if (!node.isCrowded()) {
      return;
    }
    if (node.isFull()) {
      cutLargest();
    }
    if (!paused && share.isCrowding()) {
      paused = true;
      link.socket().config().setAutoRead(false);
      EventLoop loop = link.eventLoop();
      loop.schedule(this::resume, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void resume() {
    paused = false;
    link.startReading();
  }

  private void cutLargest() {
    Share largest = node.largest();
    Object holder = largest == null ? null : largest.holder();
    LinkChannel of = null; // a carrier of another kind looks after its own
    if (holder instanceof RSocketLink rsocket) {
      of = rsocket.channel();
    } else if (holder instanceof LinkChannel channel) {
      of = channel;
    }
    if (of != null && of.life().isOpen()) {
      log.debug("the link that holds most of the node's memory is closed");
      of.close(CloseReason.fault("memory"), CloseCode.LIMITS);
    }
  }

  /** The link is gone. */
  void close() {
    share.close();
  }
}
