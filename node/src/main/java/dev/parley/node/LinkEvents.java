package dev.parley.node;

import dev.parley.FailureCode;
import dev.parley.Phase;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import org.jspecify.annotations.Nullable;

/** Tells the DHT which links there are, and the user's listener everything. */
final class LinkEvents implements NodeListener {
  private final NodeListener users;
  private volatile @Nullable DhtLinks links;

  LinkEvents(NodeListener users) {
    this.users = users;
  }

  /** From now on; before the first link. */
  void tell(DhtLinks to) {
    links = to;
  }

  @Override
  public void sent(
      InteractionModel model, long nanos, @Nullable FailureCode failure, @Nullable Phase phase) {
    users.sent(model, nanos, failure, phase);
  }

  @Override
  public void received(InteractionModel model, long nanos, @Nullable FailureCode failure) {
    users.received(model, nanos, failure);
  }

  @Override
  public void dialled(long nanos, String outcome) {
    users.dialled(nanos, outcome);
  }

  @Override
  public void handshake(boolean initiator, long nanos, String outcome) {
    users.handshake(initiator, nanos, outcome);
  }

  @Override
  public void linkOpened(Link link) {
    DhtLinks to = links;
    if (to != null) {
      to.opened(link);
    }
    users.linkOpened(link);
  }

  @Override
  public void linkClosed(Link link, String reason) {
    DhtLinks to = links;
    if (to != null) {
      to.closed(link);
    }
    users.linkClosed(link, reason);
  }

  @Override
  public void refused(String reason) {
    users.refused(reason);
  }
}
