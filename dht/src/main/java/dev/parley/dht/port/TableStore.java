package dev.parley.dht.port;

import dev.parley.dht.wire.Contact;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Keeps contacts over a restart. A node saves its longest known ones first, at most {@link
 * #MAX_CONTACTS}, and after a restart dials the first {@link #ANCHORS}, which are of different
 * networks, before it asks seeds: who waits for a restart to surround a node has to be among them.
 *
 * <p>Called on the node's thread; {@code save} must not block it. Contacts are not secret.
 */
public interface TableStore {
  /** How many contacts are saved. */
  int MAX_CONTACTS = 256;

  /** How many of them are anchors. */
  int ANCHORS = 8;

  /** What was saved last; empty when there is nothing, or it cannot be read. */
  List<Contact> load();

  /** Keeps {@code contacts} instead of what was saved before. */
  void save(List<Contact> contacts);

  /** Completes when what was saved last is kept, or could not be; never errors. Cold. */
  default Mono<Void> flush() {
    return Mono.empty();
  }

  /** Keeps nothing. */
  static TableStore none() {
    return new TableStore() {
      @Override
      public List<Contact> load() {
        return List.of();
      }

      @Override
      public void save(List<Contact> contacts) {}
    };
  }
}
