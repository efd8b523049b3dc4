package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.observability.ParleyMetrics;
import dev.parley.observability.ParleyTracing;
import dev.parley.observability.http.ConsoleListener;
import dev.parley.observability.http.HttpOptions;
import dev.parley.observability.http.NodeHttp;
import dev.parley.spi.NodeListener;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class ObservabilityGuideTest {
  @RegisterExtension final Agents agents = new Agents();

  @Test
  void bindsMeters() {
    AgentNode bob = agents.start(Agents.listening().receive(in -> Mono.just(in.message())));
    AgentNodeBuilder builder = Agents.knowing(bob);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    // region metrics
    ParleyMetrics metrics = ParleyMetrics.bind(registry);
    AgentNode alice = metrics.start(builder).block();
    // endregion
    agents.add(alice);
    alice.sendNow(bob.id(), Message.text("hi"), SendOptions.defaults());
    assertThat(
            registry.get("parley.send").tags("model", "request", "outcome", "ok").timer().count())
        .isEqualTo(1);
  }

  @Test
  void showsANodeOverHttp() throws Exception {
    AgentNodeBuilder builder = Agents.listening();
    // region http
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ParleyMetrics metrics = ParleyMetrics.bind(registry);
    ConsoleListener activity = ConsoleListener.create();
    AgentNode node = builder.listener(NodeListener.both(metrics, activity)).startNow();
    metrics.watch(node);
    NodeHttp http =
        NodeHttp.builder(node, activity)
            .options(HttpOptions.builder().listen(Address.parseListen("127.0.0.1:0")).build())
            .metrics(registry::scrape)
            .start()
            .block();
    // endregion
    agents.add(node);
    URI health = URI.create("http://127.0.0.1:" + http.address().port() + "/health");
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    http.close();
  }

  @Test
  void observesMessages() {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    ObservationRegistry observationRegistry = ObservationRegistry.create();
    observationRegistry.observationConfig().observationHandler(new Recorder(seen));
    AgentNode bob = agents.start(Agents.listening().receive(in -> Mono.just(in.message())));
    AgentNodeBuilder builder = Agents.knowing(bob);
    // region tracing
    builder.listener(ParleyTracing.bind(observationRegistry));
    // endregion
    AgentNode alice = agents.start(builder);
    alice.sendNow(bob.id(), Message.text("hi"), SendOptions.defaults());
    assertThat(seen).contains("parley.message.send");
  }

  private record Recorder(Queue<String> seen) implements ObservationHandler<Observation.Context> {
    @Override
    public void onStop(Observation.Context context) {
      seen.add(String.valueOf(context.getName()));
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }
  }
}
