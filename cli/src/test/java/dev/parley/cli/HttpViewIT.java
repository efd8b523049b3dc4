package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.cli.options.Settings;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.observability.http.NodeHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What {@code parley node --http} lets Prometheus read. */
class HttpViewIT {
  @Test
  void theMetricsTellOfTheProcessAndTheBuildToo() throws IOException, InterruptedException {
    HttpView view = new HttpView();
    view.listen = "127.0.0.1:0";
    AgentNodeBuilder builder =
        AgentNode.builder().identity(Identity.generate()).network("http-view-it");
    view.listenTo(builder, Settings.load(List.of(), Map.of()));
    try (AgentNode node = Objects.requireNonNull(builder.start().block(Duration.ofSeconds(60)));
        NodeHttp http = Objects.requireNonNull(view.show(node))) {
      HttpResponse<String> metrics =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(http.url() + "metrics")).build(),
                  HttpResponse.BodyHandlers.ofString());

      assertThat(metrics.body())
          .contains("\njvm_memory_used_bytes{")
          .contains("\nprocess_cpu_usage ")
          .contains("\nprocess_uptime_seconds ")
          .contains("\nprocess_files_open_files ")
          .containsPattern("\nparley_build_info\\{.*version=\"\\d")
          .contains("\nparley_send_seconds_count{")
          .contains("\nparley_send_failures_total{");
    }
  }
}
