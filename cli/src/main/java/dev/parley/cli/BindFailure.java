package dev.parley.cli;

import dev.parley.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why an address cannot be listened at. The failure itself tells that in the operating
 * system's words only, so that this tries each address again and asks for each reason.
 */
final class BindFailure {
  private static final int CONNECT_MILLIS = 500;

  private BindFailure() {}

  /**
   * What to say of a node that could not start; the failure itself if it was not for an address.
   *
   * @param option through which the addresses were given
   */
  static RuntimeException of(RuntimeException failure, String option, List<Address> addresses) {
    if (!isOfSocket(failure)) {
      return failure;
    }
    for (Address address : addresses) {
      String reason = reason(address.host(), address.port());
      if (reason != null) {
        return CliException.failure(
            "cannot listen at "
                + address
                + " ("
                + option
                + "): "
                + FailureReport.printable(reason));
      }
    }
    return failure;
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
      return "the host is unknown";
    }
    try (ServerSocket socket = new ServerSocket(port, 1, address)) {
      return socket.isBound() ? null : "it is not known why";
    } catch (IOException e) {
      if (!isHere(address)) {
        return "this machine has no such address; 0.0.0.0 is all that it has";
      }
      return isAnswering(address, port)
          ? "the port is in use; choose another, or 0 for one that is free"
          : Objects.toString(e.getMessage(), "it is not known why");
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
