package dev.parley.observability.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Refuses what a browser was made to send by somebody else's page, and what is no plain question.
 */
final class RequestGuard {
  private static final String FETCH_SITE = "sec-fetch-site";

  /** From the page itself, or from a person: an address typed, a bookmark, a tool. */
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private final List<String> hostNames;

  RequestGuard(List<String> hostNames) {
    this.hostNames = hostNames;
  }

  /** Why a request is not answered. */
  record Refusal(HttpResponseStatus status, String text) {}

  /**
   * The reason to refuse, or null.
   *
   * @param isPage whether the request is for the page itself, to which others may link
   */
  @Nullable Refusal check(HttpServerRequest request, boolean isPage) {
    if (!isRead(request)) {
      return new Refusal(HttpResponseStatus.METHOD_NOT_ALLOWED, "GET or HEAD only");
    }
    HttpHeaders headers = request.requestHeaders();
    if (hasBody(headers)) {
      return new Refusal(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "no body is taken");
    }
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    if (hosts.size() != 1) {
      return new Refusal(HttpResponseStatus.BAD_REQUEST, "one Host header is needed");
    }
    if (!Hosts.isOurs(hosts.get(0), hostNames)) {
      return new Refusal(
          HttpResponseStatus.MISDIRECTED_REQUEST,
          "this server does not go by that name: use its address, or allow the name");
    }
    String site = headers.get(FETCH_SITE);
    return site == null || isPage || OWN_SITES.contains(site)
        ? null
        : new Refusal(HttpResponseStatus.FORBIDDEN, "not for pages of other sites");
  }

  private static boolean isRead(HttpServerRequest request) {
    return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
  }

  private static boolean hasBody(HttpHeaders headers) {
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || (length != null && !length.strip().equals("0"));
  }
}
