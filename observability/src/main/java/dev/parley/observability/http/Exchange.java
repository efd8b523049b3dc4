package dev.parley.observability.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.NettyOutbound;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Answers requests. Stateless but for what it is made of. */
final class Exchange {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);
  private static final String JSON = "application/json; charset=utf-8";
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String EVENTS = "text/event-stream; charset=utf-8";

  /**
   * Everything comes from this server, and nothing of the page is a script or a style by itself.
   */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Map<String, StaticFile> files = StaticFile.all();
  private final RequestGuard guard;
  private final HealthExchange health;
  private final Feed feed;
  private final @Nullable MetricsSource metrics;
  private final Scheduler scraping;

  Exchange(
      RequestGuard guard,
      HealthExchange health,
      Feed feed,
      @Nullable MetricsSource metrics,
      Scheduler scraping) {
    this.guard = guard;
    this.health = health;
    this.feed = feed;
    this.metrics = metrics;
    this.scraping = scraping;
  }

  Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    String path = path(request.uri());
    RequestGuard.Refusal refusal = guard.check(request, path.equals("/"));
    headers(response.responseHeaders());
    if (refusal != null) {
      return refuse(response, refusal);
    }
    StaticFile file = files.get(path);
    if (file != null) {
      return file(request, response, file);
    }
    if (HealthExchange.knows(path)) {
      return health.answer(request, response, path);
    }
    return switch (path) {
      case "/metrics" -> metrics(request, response);
      case "/api/snapshot" -> feed.full().flatMap(body -> send(request, response, JSON, body));
      case "/events" -> events(request, response);
      default -> text(request, response, HttpResponseStatus.NOT_FOUND, "nothing is here");
    };
  }

  static String path(String uri) {
    int end = uri.indexOf('?');
    return end < 0 ? uri : uri.substring(0, end);
  }

  static void headers(HttpHeaders headers) {
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
  }

  /** What was not understood may go on behind it: nothing more is read from there. */
  static Mono<Void> refuse(HttpServerResponse response, RequestGuard.Refusal refusal) {
    response.header(HttpHeaderNames.CONNECTION, "close");
    if (refusal.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.header(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    boolean head = response.method().equals(HttpMethod.HEAD);
    return body(
        response.status(refusal.status()), PLAIN, (refusal.text() + "\n").getBytes(UTF_8), head);
  }

  private static Mono<Void> text(
      HttpServerRequest request,
      HttpServerResponse response,
      HttpResponseStatus status,
      String text) {
    return send(request, response.status(status), PLAIN, (text + "\n").getBytes(UTF_8));
  }

  private static Mono<Void> send(
      HttpServerRequest request, HttpServerResponse response, String contentType, byte[] content) {
    return body(response, contentType, content, request.method().equals(HttpMethod.HEAD));
  }

  private static Mono<Void> body(
      HttpServerResponse response, String contentType, byte[] content, boolean head) {
    response
        .header(HttpHeaderNames.CONTENT_TYPE, contentType)
        .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(content.length));
    return (head ? response.send() : response.sendByteArray(Mono.just(content)).then());
  }

  private static Mono<Void> file(
      HttpServerRequest request, HttpServerResponse response, StaticFile file) {
    response
        .header(HttpHeaderNames.CACHE_CONTROL, "no-cache") // kept, but asked for each time
        .header(HttpHeaderNames.ETAG, file.tag());
    if (file.tag().equals(request.requestHeaders().get(HttpHeaderNames.IF_NONE_MATCH))) {
      return response.status(HttpResponseStatus.NOT_MODIFIED).send();
    }
    return send(request, response, file.contentType(), file.content());
  }

  private Mono<Void> metrics(HttpServerRequest request, HttpServerResponse response) {
    MetricsSource source = metrics;
    if (source == null) {
      return text(request, response, HttpResponseStatus.NOT_FOUND, "no metrics are bound");
    }
    MetricsFormat format = MetricsFormat.of(request.requestHeaders().get(HttpHeaderNames.ACCEPT));
    return Mono.fromCallable(() -> source.scrape(format.contentType()).getBytes(UTF_8))
        .subscribeOn(scraping)
        .flatMap(
            body -> {
              response.header(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT);
              return send(request, response, format.contentType(), body);
            })
        .onErrorResume(
            e -> {
              log.debug("the metrics could not be read", e);
              return text(
                  request,
                  response,
                  HttpResponseStatus.INTERNAL_SERVER_ERROR,
                  "the metrics could not be read");
            });
  }

  private Mono<Void> events(HttpServerRequest request, HttpServerResponse response) {
    if (request.method().equals(HttpMethod.HEAD)) {
      return response.header(HttpHeaderNames.CONTENT_TYPE, EVENTS).send();
    }
    if (!feed.enter()) {
      response.header(HttpHeaderNames.RETRY_AFTER, "10");
      return text(request, response, HttpResponseStatus.SERVICE_UNAVAILABLE, "too many listeners");
    }
    response.header(HttpHeaderNames.CONTENT_TYPE, EVENTS);
    Runnable drop = () -> response.withConnection(connection -> connection.channel().close());
    Flux<byte[]> events = feed.events(drop);
    NettyOutbound out =
        response.send(
            events.map(event -> response.alloc().buffer(event.length).writeBytes(event)),
            b -> true);
    return out.then().doFinally(signal -> feed.leave());
  }
}
