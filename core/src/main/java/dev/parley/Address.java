package dev.parley;

/** Temporary. */
public record Address(Scheme scheme, String host, int port, String path) {
  /** S. */
  public enum Scheme {
    TCP,
    WS
  }

  /** L. */
  public static Address listen(String host, int port) {
    return new Address(Scheme.TCP, host, port, "");
  }

  /** P. */
  public Address withPort(int p) {
    return new Address(scheme, host, p, path);
  }

  @Override
  public String toString() {
    return scheme == Scheme.WS ? "ws://" + host + ":" + port + path : host + ":" + port;
  }
}
