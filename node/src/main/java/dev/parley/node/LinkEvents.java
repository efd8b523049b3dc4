package dev.parley.node;

import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import org.jspecify.annotations.Nullable;

/** Tells the DHT which links there are. */
final class LinkEvents implements NodeListener {
  private volatile @Nullable DhtLinks links;

  /** From now on; before the first link. */
  void tell(DhtLinks to) {
    links = to;
  }

  @Override
  public void linkOpened(Link link) {
    DhtLinks to = links;
    if (to != null) {
      to.opened(link);
    }
  }

  @Override
  public void linkClosed(Link link, String reason) {
    DhtLinks to = links;
    if (to != null) {
      to.closed(link);
    }
  }
}
