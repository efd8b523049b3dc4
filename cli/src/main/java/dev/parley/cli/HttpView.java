package dev.parley.cli;

import dev.parley.Address;
import dev.parley.cli.options.Settings;
import dev.parley.cli.output.CliException;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.observability.CoarseClock;
import dev.parley.observability.ParleyMetrics;
import dev.parley.observability.RuntimeMetrics;
import dev.parley.observability.http.ConsoleListener;
import dev.parley.observability.http.HttpOptions;
import dev.parley.observability.http.NodeHealth;
import dev.parley.observability.http.NodeHttp;
import dev.parley.spi.NodeListener;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import reactor.core.scheduler.Schedulers;

/** Options of commands that show their node over HTTP: console, metrics and health. */
final class HttpView {
  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "Shows the node at this address: a console at /, /metrics, /health.")
  @Nullable String listen;

  @Option(
      names = "--http-allow-remote",
      description = "Lets --http be an address that other machines reach; there is no login.")
  boolean allowRemote;

  @Option(
      names = "--http-host",
      paramLabel = "NAME",
      split = ",",
      description = "A host name under which browsers may ask; may be repeated.")
  List<String> hostNames = new ArrayList<>();

  @Option(
      names = "--health",
      paramLabel = "HOST:PORT",
      description =
          "Tells the node's health at this address too, with connections of its own, for probes: "
              + "/health/live, /health/ready.")
  @Nullable String health;

  private @Nullable HttpOptions options;
  private @Nullable ConsoleListener activity;
  private @Nullable ParleyMetrics metrics;
  private @Nullable PrometheusMeterRegistry registry;
  private @Nullable CoarseClock clock;

  /** Makes the node tell what will be shown, if anything will. */
  void listenTo(AgentNodeBuilder builder, Settings settings) {
    boolean isShown = listen != null || settings.isGiven("http.listen");
    if (isShown || health != null || settings.isGiven("http.healthListen")) {
      options = options(settings);
    }
    if (!isShown) {
      return;
    }
    activity = ConsoleListener.create();
    clock = CoarseClock.start(Clock.SYSTEM, Schedulers.parallel());
    registry =
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock);
    metrics = ParleyMetrics.bind(registry);
    builder.listener(NodeListener.both(metrics, activity));
  }

  private HttpOptions options(Settings settings) {
    HttpOptions.Builder b = HttpOptions.builder();
    settings.apply(b);
    if (listen != null) {
      b.listen(address("--http", listen));
    }
    if (health != null) {
      b.healthListen(address("--health", health));
    }
    if (allowRemote) {
      b.allowRemote(true);
    }
    hostNames.forEach(b::hostNames);
    try {
      return b.build();
    } catch (IllegalArgumentException e) {
      String text = Objects.toString(e.getMessage(), "");
      throw CliException.usage(text.replace("http.allowRemote", "--http-allow-remote"));
    }
  }

  private static Address address(String option, String text) {
    try {
      return Address.parseListen(text);
    } catch (IllegalArgumentException e) {
      throw CliException.usage(option + " " + text + ": " + e.getMessage());
    }
  }

  /** Where the node is to be shown. */
  Address address() {
    return Objects.requireNonNull(options).listen();
  }

  /** Where its health is to be told. */
  Address healthAddress() {
    return Objects.requireNonNull(options).healthListen().get(0);
  }

  /** Tells a node's health; null where that is not asked for. */
  @Nullable NodeHealth tellHealth(AgentNode node) {
    HttpOptions how = options;
    return how == null || how.healthListen().isEmpty() ? null : NodeHealth.startNow(node, how);
  }

  /** Shows a node that {@link #listenTo} has prepared; null where nothing is to be shown. */
  @Nullable NodeHttp show(AgentNode node) {
    if (options == null || metrics == null) {
      return null;
    }
    metrics.watch(node);
    RuntimeMetrics runtime = RuntimeMetrics.bind(Objects.requireNonNull(registry));
    node.onClose()
        .doFinally(
            s -> {
              runtime.close();
              Objects.requireNonNull(clock).dispose();
            })
        .subscribe();
    return NodeHttp.builder(node, Objects.requireNonNull(activity))
        .options(options)
        .metrics(Objects.requireNonNull(registry)::scrape)
        .start()
        .block();
  }
}
