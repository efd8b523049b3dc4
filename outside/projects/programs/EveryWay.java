import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends over TCP, over WebSocket and to a name that DNS resolves; asks for a stream. */
public final class EveryWay {
  public static void main(String[] args) {
    try (AgentNode bob = start(AgentNode.builder()
            .listen("127.0.0.1", 0)
            .listen(new Address(Address.Scheme.WS, "127.0.0.1", 0, "/parley"))
            .receive("greet", in -> Mono.just(Message.text("hello, " + in.message().text())))
            .receiveStreams("count", in -> Flux.range(1, 3).map(i -> Message.text("" + i))))) {
      for (Address address : bob.addresses()) {
        ask(bob.id(), address);
      }
      int port = bob.addresses().get(0).port();
      ask(bob.id(), Address.parse("localhost:" + port));
    }
  }

  private static void ask(AgentId bob, Address address) {
    try (AgentNode alice = start(AgentNode.builder().peer(new PeerAddress(bob, address)))) {
      String kind = address.scheme() + (address.host().equals("localhost") ? " by name" : "");
      System.out.println(kind + ": "
          + alice.sendNow(bob, Message.text("world"), SendOptions.to("greet")).text());
      List<String> items = alice.stream(bob, Message.empty(), StreamOptions.to("count"))
          .map(Message::text).collectList().block(Duration.ofSeconds(10));
      System.out.println(kind + ": " + items);
    }
  }

  private static AgentNode start(AgentNodeBuilder builder) {
    return builder.identity(Identity.generate()).network("hello").start().block();
  }
}
