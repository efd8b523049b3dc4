package dev.parley.cli;

import dev.parley.Address;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.FailureReport;
import dev.parley.transport.rsocket.ListenException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says why an address cannot be listened at, and through which option it was given. A node tells
 * the reason itself. The failure of the console tells it in the operating system's words only, so
 * that its address is tried again and asked for each reason.
 */
final class BindFailure {
  private static final int CONNECT_MILLIS = 500;
  private static final String IN_USE =
      "the port is in use; choose another, or 0 for one that is free";
  private static final String UNKNOWN_HOST = "the host is unknown";
  private static final String NOT_LOCAL =
      "this machine has no such address; 0.0.0.0 is all that it has";

  private BindFailure() {}

  /**
   * What to say of a node that could not start; the failure itself if it was not for an address.
   */
  static RuntimeException ofNode(RuntimeException failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ListenException listen) {
        return cannotListen(listen.address(), "--listen", text(listen));
      }
    }
    return failure;
  }

  private static String text(ListenException failure) {
    return switch (failure.reason()) {
      case IN_USE -> IN_USE;
      case NOT_PERMITTED ->
          "this process may not listen there; choose a port from 1024 on, or 0 for one that is"
              + " free";
      case UNKNOWN_HOST -> UNKNOWN_HOST;
      case NOT_LOCAL -> NOT_LOCAL;
      case OTHER -> systemsWords(failure.getCause());
    };
  }

  /**
   * What to say of a console, or its like, that could not start; the failure itself if not for its
   * address.
   */
  static RuntimeException ofConsole(RuntimeException failure, Address address, String option) {
    if (!isOfSocket(failure)) {
      return failure;
    }
    String reason = reason(address.host(), address.port());
    return reason == null ? failure : cannotListen(address, option, reason);
  }

  private static CliException cannotListen(Address address, String option, String reason) {
    return CliException.failure(
        "cannot listen at " + address + " (" + option + "): " + FailureReport.printable(reason));
  }

  private static String systemsWords(@Nullable Throwable failure) {
    return Objects.toString(failure == null ? null : failure.getMessage(), "it is not known why");
  }

  private static boolean isOfSocket(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof IOException || e instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  /** Null if the address can be listened at. */
  private static @Nullable String reason(String host, int port) {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      return UNKNOWN_HOST;
    }
    try (ServerSocket socket = new ServerSocket(port, 1, address)) {
      return socket.isBound() ? null : "it is not known why";
    } catch (IOException e) {
      if (!isHere(address)) {
        return NOT_LOCAL;
      }
      return isAnswering(address, port) ? IN_USE : systemsWords(e);
    }
  }

  private static boolean isHere(InetAddress address) {
    try {
      return address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean isAnswering(InetAddress address, int port) {
    InetAddress where = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(where, port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
