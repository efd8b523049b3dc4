package dev.parley.node;

/** Routes on which nodes talk to each other; a message handler cannot have one. */
final class ReservedRoutes {
  /** How they start. */
  static final String PREFIX = "parley.";

  private ReservedRoutes() {}

  /**
   * Refuses a reserved route.
   *
   * @throws IllegalArgumentException if {@code route} is reserved
   */
  static String requireFree(String route) {
    if (route.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "route '"
              + route
              + "' is reserved: routes that start with "
              + PREFIX
              + " are the node's");
    }
    return route;
  }
}
