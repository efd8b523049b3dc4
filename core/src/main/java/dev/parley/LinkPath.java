package dev.parley;

import dev.parley.text.HostName;
import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a link reaches its peer.
 *
 * @param kind {@code "tcp"}, {@code "ws"} or {@code "memory"}
 * @param remote the peer's end, as host and port
 * @param dialled whether this node opened the connection
 * @param suite the name of the cipher suite, or {@code "none"} in memory
 * @param postQuantum whether the key agreement is hybrid post-quantum
 */
public record LinkPath(
    String kind, String remote, boolean dialled, String suite, boolean postQuantum) {
  /** Refuses nulls. */
  public LinkPath {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(remote, "remote");
    Objects.requireNonNull(suite, "suite");
  }

  /**
   * The IP address of the peer's end, or of what stands before it, or null where it has none. No
   * name is looked up.
   */
  public @Nullable InetAddress remoteIp() {
    return HostName.ip(remote);
  }
}
