package dev.parley.examples;

import dev.parley.AgentId;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.Network;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/**
 * Synchronous: Alice bids and waits; the auction house registers the bid, and its answer is an
 * acknowledgement that Alice keeps to claim the painting with.
 *
 * <p>{@code send} ends with the answer or with a failure that says whether the house can have
 * registered the bid. The acknowledgement is a number that only the house can have told; a
 * signature that convinces others will take its place when Parley has receipts.
 */
public final class SilentAuction {
  private final Map<Integer, Bid> bids = new ConcurrentHashMap<>();
  private final AtomicInteger lastNumber = new AtomicInteger();

  private SilentAuction() {}

  private record Bid(AgentId from, int dollars) {}

  /** Runs the example. */
  public static void main(String[] args) {
    run(System.out);
  }

  static void run(PrintStream out) {
    Network network = Network.open("auction-house");
    SilentAuction auction = new SilentAuction();
    try (AgentNode house =
            Nodes.start(
                Nodes.listening(network)
                    .receive("auction/bid", auction::register)
                    .receive("auction/claim", auction::claim));
        AgentNode alice = Nodes.start(Nodes.knowing(house, network));
        AgentNode carol = Nodes.start(Nodes.knowing(house, network))) {
      Message kept = bid(alice, house, 50);
      Message other = bid(carol, house, 40);
      out.println("alice keeps: " + kept.text());
      out.println("alice claims: " + claim(alice, house, kept));
      out.println("carol claims: " + claim(carol, house, other));
      out.println("carol claims with alice's: " + claim(carol, house, kept));
    }
  }

  private Mono<Message> register(Inbound in) {
    int number = lastNumber.incrementAndGet();
    bids.put(number, new Bid(in.from(), Integer.parseInt(in.message().text())));
    return Mono.just(Message.text("bid " + number));
  }

  private Mono<Message> claim(Inbound in) {
    Bid claimed = bids.get(Integer.parseInt(in.message().text().substring("bid ".length())));
    int highest = bids.values().stream().mapToInt(Bid::dollars).max().orElse(0);
    // Who asks is the key that the handshake proved: an acknowledgement is of use to its owner
    // only.
    boolean won =
        claimed != null && claimed.from().equals(in.from()) && claimed.dollars() == highest;
    return Mono.just(Message.text(won ? "it is yours" : "it is not yours"));
  }

  private static Message bid(AgentNode bidder, AgentNode house, int dollars) {
    SendOptions options = SendOptions.timeout(Duration.ofSeconds(30)).route("auction/bid");
    return bidder.sendNow(house.id(), Message.text(Integer.toString(dollars)), options);
  }

  private static String claim(AgentNode bidder, AgentNode house, Message acknowledgement) {
    return bidder.sendNow(house.id(), acknowledgement, SendOptions.to("auction/claim")).text();
  }
}
