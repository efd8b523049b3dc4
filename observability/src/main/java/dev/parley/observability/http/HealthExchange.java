package dev.parley.observability.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** Answers questions of a node's health, on whichever server. */
final class HealthExchange {
  private static final String JSON = "application/json; charset=utf-8";
  private static final String PLAIN = "text/plain; charset=utf-8";

  private final RequestGuard guard;
  private final HealthProbe probe;
  private final JsonMapper json;

  HealthExchange(RequestGuard guard, HealthProbe probe, JsonMapper json) {
    this.guard = guard;
    this.probe = probe;
    this.json = json;
  }

  /** Whether a path asks for a node's health. */
  static boolean knows(String path) {
    return path.equals("/health") || path.equals("/health/live") || path.equals("/health/ready");
  }

  /** A server that answers nothing else. */
  Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    Exchange.headers(response.responseHeaders());
    String path = Exchange.path(request.uri());
    RequestGuard.@Nullable Refusal refusal = guard.check(request, false);
    if (refusal != null) {
      return Exchange.refuse(response, refusal);
    }
    if (!knows(path)) {
      return send(
          request,
          response.status(HttpResponseStatus.NOT_FOUND),
          PLAIN,
          "no such page\n".getBytes(UTF_8));
    }
    return answer(request, response, path);
  }

  /** Of a request that was looked at, for a path that is known here. */
  Mono<Void> answer(HttpServerRequest request, HttpServerResponse response, String path) {
    Health health = probe.health();
    boolean ok =
        path.equals("/health/ready") ? health.ready() : health.state() != Health.State.CLOSED;
    HttpResponseStatus status = ok ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
    return send(request, response.status(status), JSON, json.writeValueAsBytes(health));
  }

  private static Mono<Void> send(
      HttpServerRequest request, HttpServerResponse response, String contentType, byte[] content) {
    response
        .header(HttpHeaderNames.CONTENT_TYPE, contentType)
        .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(content.length));
    return request.method().equals(HttpMethod.HEAD)
        ? response.send()
        : response.sendByteArray(Mono.just(content)).then();
  }
}
