package dev.parley.benchmarks;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.node.AgentNode;
import dev.parley.observability.ParleyMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Parley as users get it: deadlines, failure model and hybrid post-quantum encryption on. */
final class ParleyEcho implements EchoPeer {
  private static final SendOptions OPTIONS = SendOptions.timeout(Duration.ofSeconds(30));

  private static final String ITEMS = "items";

  private final AgentNode bob;
  private final AgentNode alice;
  private final AgentId peer;
  private final Message message;

  /** With meters on both sides, where {@code metrics} says so. */
  ParleyEcho(byte[] data, boolean metrics) {
    bob =
        start(
            AgentNode.builder()
                .identity(Identity.generate())
                .network("benchmark")
                .listen("127.0.0.1", 0)
                .receive(in -> Mono.just(in.message()))
                .receiveStreams(ITEMS, in -> Flux.generate(sink -> sink.next(Message.of(data)))),
            metrics);
    peer = bob.id();
    alice =
        start(
            AgentNode.builder()
                .identity(Identity.generate())
                .network("benchmark")
                .peer(peer + "@" + bob.addresses().get(0)),
            metrics);
    message = Message.of(data);
    alice.sendNow(peer, message, Duration.ofSeconds(10));
  }

  private static AgentNode start(AgentNode.Builder builder, boolean metrics) {
    Mono<AgentNode> start =
        metrics
            ? ParleyMetrics.bind(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
                .start(builder)
            : builder.start();
    return Objects.requireNonNull(start.block());
  }

  @Override
  public Publisher<?> request() {
    return alice.send(peer, message, OPTIONS);
  }

  @Override
  public Publisher<?> stream() {
    return alice.stream(peer, Message.empty(), StreamOptions.to(ITEMS));
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
