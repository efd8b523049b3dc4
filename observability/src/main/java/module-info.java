/**
 * A node's meters and traces through Micrometer, and its HTTP endpoint. Start with {@link
 * dev.parley.observability.ParleyMetrics}.
 */
module dev.parley.observability {
  requires transitive dev.parley.node;
  requires transitive micrometer.commons;
  requires transitive micrometer.core;
  requires transitive micrometer.observation;
  requires static transitive org.jspecify;
  requires HdrHistogram;
  requires com.fasterxml.jackson.annotation;
  requires io.netty.buffer;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.transport;
  requires org.slf4j;
  requires reactor.netty.core;
  requires reactor.netty.http;
  requires tools.jackson.databind;

  exports dev.parley.observability;
  exports dev.parley.observability.http;

  opens dev.parley.observability.http to
      tools.jackson.databind;
}
