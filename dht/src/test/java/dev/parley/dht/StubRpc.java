package dev.parley.dht;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.NodeKey;
import java.util.List;
import java.util.function.Consumer;

/** Links that are all in the state that a test sets, and tell of no changes. */
abstract class StubRpc implements DhtRpc {
  LinkState state = LinkState.NONE;
  List<Contact> dialled = List.of();

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
