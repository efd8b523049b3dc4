package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.file.FileSharing;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.Dht;
import dev.parley.testkit.RequiresTool;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A real Prometheus scrapes real nodes under load. */
@Timeout(600)
class PrometheusIT {
  private static final SendOptions SOON = SendOptions.timeout(Duration.ofSeconds(60));
  private static final Duration BEAT = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Nodes nodes = new Nodes();
  private final PrometheusMeterRegistry guests =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ParleyMetrics guestMetrics = ParleyMetrics.bind(guests);
  private final Sinks.Empty<Void> stop = Sinks.empty();
  private final Sinks.Empty<Void> load = Sinks.empty();
  private final AtomicReference<Throwable> broken = new AtomicReference<>();
  private final Disposable.Composite work = Disposables.composite();
  private @Nullable RuntimeMetrics runtime;
  private final PrometheusMeterRegistry alices =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final PrometheusMeterRegistry bobs =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @AfterEach
  void close() {
    stop.tryEmitEmpty();
    if (runtime != null) {
      load.asMono().block(Nodes.LIMIT);
      runtime.close();
    }
    work.dispose();
    nodes.close();
  }

  /** Everything that a panel shows happens ten times a second. */
  private void load() {
    AgentNode bob =
        nodes.start(
            bobs,
            Nodes.listening()
                .with(Dht.defaults())
                .with(FileSharing.defaults())
                .receive(in -> Mono.just(in.message()))
                .receive("buggy", in -> Mono.error(new IllegalStateException("a bug")))
                .receive("closed", in -> Mono.error(HandlerFailure.rejected("closed")))
                .receiveSignals("news", in -> Mono.empty())
                .receiveStreams("ticks", in -> Flux.just(Message.empty(), Message.empty()))
                .receiveChannels("edit", (opening, items) -> items));
    runtime = RuntimeMetrics.bind(bobs);
    AgentNode alice = nodes.start(alices, Nodes.listening().with(Dht.seeds(Nodes.addressOf(bob))));
    alice.online().block(Nodes.LIMIT);
    Flux<Void> messages = beat(BEAT).flatMap(tick -> messages(alice, bob), 4);
    Flux<Void> comings = beat(BEAT.multipliedBy(5)).concatMap(tick -> comeAndGo(bob));
    Flux.merge(messages, comings)
        .doFinally(end -> load.tryEmitEmpty())
        .subscribe(done -> {}, broken::set);
  }

  private Flux<Long> beat(Duration period) {
    return Flux.interval(period, Schedulers.boundedElastic())
        .onBackpressureDrop()
        .takeUntilOther(stop.asMono());
  }

  private static Flux<Void> messages(AgentNode alice, AgentNode bob) {
    return Flux.mergeDelayError(
        8,
        quiet(alice.send(bob.id(), Message.text("hello"), SOON)),
        quiet(alice.send(bob.id(), Message.empty(), SOON.route("buggy"))),
        quiet(alice.send(bob.id(), Message.empty(), SOON.route("closed"))),
        quiet(alice.send(bob.id(), Message.empty(), SOON.route("missing"))),
        quiet(alice.signal(bob.id(), Message.empty(), SOON.route("news"))),
        quiet(alice.signal(bob.id(), Message.empty(), SOON.route("old"))),
        quiet(alice.stream(bob.id(), Message.empty(), StreamOptions.to("ticks")).then()),
        quiet(
            alice
                .channel(bob.id(), Message.empty(), Flux.empty(), StreamOptions.to("edit"))
                .then()),
        quiet(alice.send(Identity.generate().id(), Message.empty(), SOON)));
  }

  private static Mono<Void> quiet(Mono<?> work) {
    return work.then().onErrorComplete();
  }

  /** A link that opens and closes. */
  private Mono<Void> comeAndGo(AgentNode bob) {
    return Mono.usingWhen(
            Nodes.node().listener(guestMetrics).peer(Nodes.addressOf(bob)).start(),
            guest -> quiet(guest.send(bob.id(), Message.empty(), SOON)),
            AgentNode::closeLater)
        .subscribeOn(Schedulers.boundedElastic());
  }

  private int serve(PrometheusMeterRegistry registry) {
    DisposableServer server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(
                routes ->
                    routes.get(
                        "/metrics",
                        (request, response) ->
                            response
                                .header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                                .sendString(Mono.fromSupplier(registry::scrape))))
            .bindNow(Nodes.LIMIT);
    work.add(server);
    return server.port();
  }

  @Test
  @RequiresTool({"prometheus", "promtool"})
  void everyPanelOfTheDashboardShowsData(@TempDir Path directory)
      throws IOException, InterruptedException {
    load();
    try (PrometheusServer prometheus =
        PrometheusServer.start(directory, List.of(serve(alices), serve(bobs), serve(guests)))) {
      Set<String> waiting = new LinkedHashSet<>(panelQueries());
      assertThat(waiting).hasSizeGreaterThan(60);
      Boolean all =
          Flux.interval(Duration.ZERO, Duration.ofMillis(500))
              .onBackpressureDrop()
              .publishOn(Schedulers.boundedElastic(), 1)
              .map(
                  tick -> {
                    System.gc(); // a pause to show
                    waiting.removeIf(query -> hasData(prometheus, query));
                    return waiting.isEmpty();
                  })
              .takeUntil(done -> done)
              .take(PATIENCE)
              .last()
              .block();

      assertThat(broken.get()).as("what ended the load").isNull();
      assertThat(waiting).as("queries without data").isEmpty();
      assertThat(all).isTrue();
      assertThat(prometheus.query("job_instance_option:parley_bound:ratio")).isNotEmpty();
      assertThat(prometheus.get("/consoles/parley.html"))
          .contains("<h1>Parley nodes</h1>")
          .contains(BuildInfo.current().version())
          .contains(">up, good<")
          .contains("%</td>")
          .doesNotContain("error executing template");
      String ours = // Micrometer's own names are not all to promtool's liking
          bobs.scrape()
              .lines()
              .filter(line -> line.contains("parley_"))
              .collect(Collectors.joining("\n", "", "\n"));
      Promtool check = Promtool.run(ours, "check", "metrics");
      assertThat(check.output()).isEmpty();
      assertThat(check.exitCode()).isZero();
    }
  }

  /** The README's last command: the page of a Prometheus that has just been started. */
  @Test
  @RequiresTool("prometheus")
  void theConsoleOfPrometheusShowsANodeThatIsDownAndItsAlertLinksToTheRunbook(
      @TempDir Path directory) throws IOException, InterruptedException {
    int nobody = freed();
    try (PrometheusServer prometheus = PrometheusServer.start(directory, List.of(nobody))) {
      Nodes.until("scraped", () -> !prometheus.query("up == 0").isEmpty());
      Nodes.until(
          "pending",
          () -> {
            String alerts = prometheus.get("/api/v1/alerts");
            return alerts.contains("https://parley.example/docs/runbooks/node-down.md");
          });

      String path =
          PrometheusServer.printed("curl ").replaceAll("curl http://127.0.0.1:9090", "").strip();
      assertThat(prometheus.get(path)).contains("down</td>").contains("127.0.0.1:" + nobody);
    }
  }

  private static int freed() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Data is a number: a ratio of nothing is none. */
  private static boolean hasData(PrometheusServer prometheus, String query) {
    for (JsonNode result : prometheus.query(query)) {
      if (!result.path("value").path(1).asString().equals("NaN")) {
        return true;
      }
    }
    return false;
  }

  /** As Grafana expands them. */
  private static List<String> panelQueries() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(Files.readString(Path.of("deploy", "grafana", "parley.json")));
    List<String> queries = new ArrayList<>();
    for (JsonNode panel : dashboard.path("panels")) {
      if (panel.path("type").asString().equals("row")) {
        continue;
      }
      assertThat(panel.path("targets").size()).as(panel.path("title").asString()).isPositive();
      for (JsonNode target : panel.path("targets")) {
        String query =
            target
                .path("expr")
                .asString()
                .replace("$job", "parley")
                .replace("$instance", ".*")
                .replace("$model", ".*")
                .replace("$__rate_interval", "5s");
        assertThat(query).doesNotContain("$");
        queries.add(query);
      }
    }
    return queries;
  }
}
