package dev.parley.dht.node;

import dev.parley.dht.port.DhtRpc;
import dev.parley.dht.port.LinkState;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.NodeKey;
import java.util.List;
import java.util.function.Consumer;

/** Links that are all in the state that a test sets, and tell of no changes. */
public abstract class StubRpc implements DhtRpc {
  public LinkState state = LinkState.NONE;
  public List<Contact> dialled = List.of();

  @Override
  public LinkState link(NodeKey key) {
    return state;
  }

  @Override
  public void onLinkChange(Consumer<NodeKey> listener) {}

  @Override
  public void keepOpen(NodeKey key, boolean keep) {}

  @Override
  public List<Contact> links() {
    return List.of();
  }

  @Override
  public List<Contact> dialled() {
    return dialled;
  }
}
