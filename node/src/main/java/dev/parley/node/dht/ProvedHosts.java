package dev.parley.node.dht;

import dev.parley.Address;
import dev.parley.dht.life.ClaimBudget;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;

/** Tells the budget of dials where peers that were dialled have proved their keys. Thread-safe. */
record ProvedHosts(ClaimBudget claims) implements NodeListener {
  @Override
  public void linkOpened(Link link) {
    if (link.path().dialled()) {
      try {
        claims.proved(Address.parse(link.path().remote()));
      } catch (IllegalArgumentException e) {
        // another carrier's way to write addresses; no listing tells of them
      }
    }
  }
}
