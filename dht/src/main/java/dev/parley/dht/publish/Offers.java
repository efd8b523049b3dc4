package dev.parley.dht.publish;

import dev.parley.dht.node.Calls;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Offers listings to a node, in 24 bytes each, and gives it those that it lacks. Confined to the
 * node's worker.
 */
final class Offers {
  /** The most listings that are given after one offer; the next sweep gives the others. */
  static final int MAX_PUTS = 16;

  private final Calls calls;

  Offers(Calls calls) {
    this.calls = calls;
  }

  /** A listing and the place of its owner's that it is for. */
  record Placed(DhtKey place, AgentListing listing) {
    DhtRequest.Offer offer() {
      return DhtRequest.Offer.of(place, listing.sequence());
    }

    DhtRequest.Put put() {
      return new DhtRequest.Put(place.equals(listing.place(0)) ? 0 : 1, listing);
    }
  }

  /**
   * Offers listings, at most {@link DhtRequest.Have#MAX_OFFERS}.
   *
   * @param held hears how many of them the node holds in the end
   */
  void offer(Contact to, List<Placed> listings, IntConsumer held) {
    List<Placed> offered = List.copyOf(listings);
    calls.call(
        to,
        new DhtRequest.Have(offered.stream().map(Placed::offer).toList()),
        new Calls.Reply() {
          @Override
          public void answered(DhtAnswer answer) {
            if (answer instanceof DhtAnswer.Wanted wanted) {
              new Giving(to, held).start(offered, wanted.bits());
            } else {
              held.accept(0);
            }
          }

          @Override
          public void failed(DhtRpcException why) {
            held.accept(0);
          }
        });
  }

  private final class Giving implements Calls.Reply {
    private final Contact to;
    private final IntConsumer held;
    private int pending = 1;
    private int holds;

    Giving(Contact to, IntConsumer held) {
      this.to = to;
      this.held = held;
    }

    void start(List<Placed> offered, long wanted) {
      int puts = 0;
      for (int i = 0; i < offered.size(); i++) {
        if ((wanted >>> i & 1) == 0) {
          holds++;
        } else if (puts++ < MAX_PUTS) {
          pending++;
          calls.call(to, offered.get(i).put(), this);
        }
      }
      ended();
    }

    private void ended() {
      if (--pending == 0) {
        held.accept(holds);
      }
    }

    @Override
    public void answered(DhtAnswer answer) {
      holds += answer instanceof DhtAnswer.Stored stored && stored.result().isHeld() ? 1 : 0;
      ended();
    }

    @Override
    public void failed(DhtRpcException why) {
      ended();
    }
  }
}
