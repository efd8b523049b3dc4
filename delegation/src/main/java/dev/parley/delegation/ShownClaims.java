package dev.parley.delegation;

import dev.parley.AgentId;
import dev.parley.delegation.chain.Chain;
import dev.parley.spi.Link;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which claims the peers of which links have accepted. Thread-safe. */
final class ShownClaims {
  private final AgentId self;
  private final Map<Link, Set<ByteBuffer>> links = new ConcurrentHashMap<>();

  ShownClaims(AgentId self) {
    this.self = self;
  }

  AgentId self() {
    return self;
  }

  boolean isKnown(Link link, Chain chain) {
    Set<ByteBuffer> shown = links.get(link);
    return shown != null && shown.contains(nameOf(chain));
  }

  void show(Link link, Chain chain) {
    links.computeIfAbsent(link, l -> newest(LinkClaims.MAX_CHAINS)).add(nameOf(chain));
    if (!link.isOpen()) {
      links.remove(link);
    }
  }

  void forget(Link link, Chain chain) {
    Set<ByteBuffer> shown = links.get(link);
    if (shown != null) {
      shown.remove(nameOf(chain));
    }
  }

  void closed(Link link) {
    links.remove(link);
  }

  private static ByteBuffer nameOf(Chain chain) {
    return ByteBuffer.wrap(LinkClaims.reference(chain));
  }

  private static Set<ByteBuffer> newest(int max) {
    return Collections.synchronizedSet(
        Collections.newSetFromMap(
            new LinkedHashMap<>() {
              private static final long serialVersionUID = 1L;

              @Override
              protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
                return size() > max;
              }
            }));
  }
}
