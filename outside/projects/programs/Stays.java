import dev.parley.Identity;
import dev.parley.node.AgentNode;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** A program that is there for its node, and ends when that is closed. */
public final class Stays {
  public static void main(String[] args) {
    AgentNode node = AgentNode.builder().identity(Identity.generate()).network("hello")
        .listen("127.0.0.1", 0).start().block();
    System.out.println("up");
    Mono.delay(Duration.ofMillis(500)).then(node.closeLater()).subscribe();
    node.onClose().block();
    System.out.println("closed");
  }
}
