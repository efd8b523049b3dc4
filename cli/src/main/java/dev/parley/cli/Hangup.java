package dev.parley.cli;

import java.lang.reflect.Proxy;

/**
 * SIGHUP, by which services are told to read their files again. Java has no supported way to hear
 * it: what there is, is asked for by name, and may be missing.
 */
final class Hangup {
  private static final String SIGNAL = "sun.misc.Signal";
  private static final String HANDLER = "sun.misc.SignalHandler";

  private Hangup() {}

  /** Runs {@code action} at each SIGHUP, on a thread of its own; false where it cannot be heard. */
  static boolean handle(Runnable action) {
    try {
      Class<?> signal = Class.forName(SIGNAL);
      Class<?> handler = Class.forName(HANDLER);
      Object heard =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, args) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                  return null;
                }
                return switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == args[0];
                  default -> HANDLER;
                };
              });
      Object hup = signal.getConstructor(String.class).newInstance("HUP");
      signal.getMethod("handle", signal, handler).invoke(null, hup, heard);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return false; // there is no such signal on Windows
    }
  }
}
