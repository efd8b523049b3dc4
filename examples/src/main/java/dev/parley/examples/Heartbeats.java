package dev.parley.examples;

import dev.parley.Message;
import dev.parley.Network;
import dev.parley.Presence;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Temporary: a monitor watches whether a service is there, and the service signals that it has
 * published something. Nothing of either is kept anywhere.
 */
public final class Heartbeats {
  private Heartbeats() {}

  /** Runs the example. */
  public static void main(String[] args) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    Network network = Network.open("heartbeats");
    BlockingQueue<String> events = new LinkedTransferQueue<>();
    AgentNode service = Nodes.start(Nodes.listening(network));
    try (AgentNode monitor =
        Nodes.start(
            Nodes.knowing(service, network).receive("hello", in -> Mono.just(in.message())))) {
      monitor.receiveSignals(
          "published",
          in -> {
            events.add("published: " + in.message().text());
            return Mono.empty();
          });
      Disposable watch =
          monitor
              .presence(service.id(), Duration.ofSeconds(1))
              .map(Presence::isOnline)
              .subscribe(online -> events.add(online ? "online" : "offline"));
      next(events, out);
      service.signal(monitor.id(), Message.text("issue 7"), SendOptions.to("published")).block();
      next(events, out);
      service.close(); // the lost link is checked at once
      next(events, out);
      watch.dispose();
    } finally {
      service.close();
    }
  }

  private static void next(BlockingQueue<String> events, PrintStream out)
      throws InterruptedException {
    out.println(events.poll(30, TimeUnit.SECONDS));
  }
}
