/** The command {@code parley}. Nothing of it is for other programs to name. */
module dev.parley.cli {
  requires dev.parley.delegation;
  requires dev.parley.node;
  requires dev.parley.observability;
  requires dev.parley.simulator;
  requires static org.jspecify;
  requires HdrHistogram;
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires info.picocli;
  requires java.net.http;
  requires jdk.unsupported;
  requires io.prometheus.metrics.model;
  requires micrometer.registry.prometheus;
  requires org.slf4j;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.yaml;

  opens dev.parley.cli to
      info.picocli,
      tools.jackson.databind;
  opens dev.parley.cli.manual to
      info.picocli;
  opens dev.parley.cli.options to
      info.picocli;

  provides ch.qos.logback.classic.spi.Configurator with
      dev.parley.cli.output.LogSetup;
}
