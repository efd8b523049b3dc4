package dev.parley.benchmarks;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Parley as users get it: deadlines, failure model and hybrid post-quantum encryption on. */
final class ParleyEcho implements EchoPeer {
  private static final SendOptions OPTIONS = SendOptions.timeout(Duration.ofSeconds(30));

  private final AgentNode bob;
  private final AgentNode alice;
  private final AgentId peer;
  private final Message message;

  ParleyEcho(byte[] data) {
    bob =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("benchmark")
            .listen("127.0.0.1", 0)
            .receive(in -> Mono.just(in.message()))
            .start()
            .block();
    peer = bob.id();
    alice =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("benchmark")
            .peer(peer + "@" + bob.addresses().get(0))
            .start()
            .block();
    message = Message.of(data);
    alice.sendNow(peer, message, Duration.ofSeconds(10));
  }

  @Override
  public Publisher<?> request() {
    return alice.send(peer, message, OPTIONS);
  }

  @Override
  public int answerBytes(Object answer) {
    return ((Message) answer).size();
  }

  @Override
  public void close() {
    alice.close();
    bob.close();
  }
}
