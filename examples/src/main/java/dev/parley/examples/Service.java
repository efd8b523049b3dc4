package dev.parley.examples;

import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.Dht;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** A program that runs until it is told to stop, then lets running messages finish. */
public final class Service {
  private Service() {}

  // region main
  /** Runs the service with the key in the file {@code args[0]}, which it makes if there is none. */
  public static void main(String[] args) {
    Path key = Path.of(args[0]);
    if (!Files.exists(key)) {
      Identity.generate().save(key);
    }
    AgentNode node =
        AgentNode.builder()
            .identity(Identity.load(key))
            .network("auction-house")
            .listen("127.0.0.1", 0) // a fixed port in production
            .with(Dht.defaults()) // Dht.seeds(...) where others were there before
            .receive(in -> Mono.just(Message.text("you said " + in.message().text())))
            .startNow();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> node.drain(Duration.ofSeconds(10)).block()));
    System.out.println(node.peerAddress());
    node.onClose().block(); // a node's threads are daemons: without this line, main would end here
  }
  // endregion
}
