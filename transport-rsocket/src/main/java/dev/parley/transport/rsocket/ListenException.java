package dev.parley.transport.rsocket;

import dev.parley.Address;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/**
 * A transport cannot listen at an address. It says {@linkplain #reason() why}; the message says so
 * in a sentence.
 */
public final class ListenException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int EACCES = -13; // of Linux, where epoll is
  private static final int EADDRINUSE = -98;
  private static final int EADDRNOTAVAIL = -99;

  /** Why a transport cannot listen. */
  public enum Reason {
    /** Another socket listens there. */
    IN_USE("it is in use; choose another port, or stop what listens there"),
    /** This process may not: on most systems only root listens at ports below 1024. */
    NOT_PERMITTED("this process may not listen there; choose a port from 1024 on"),
    /** The host name does not resolve. */
    UNKNOWN_HOST("the host name does not resolve"),
    /** The address is none of this machine. */
    NOT_LOCAL("this machine has no such address; use one of its own, or 0.0.0.0 for all"),
    /** Something else, see the cause. */
    OTHER("the system refuses it");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  private final transient Address address;
  private final Reason reason;

  private ListenException(Address address, Reason reason, Throwable cause) {
    super("cannot listen at " + address + ": " + reason.text, cause);
    this.address = address;
    this.reason = reason;
  }

  static ListenException of(Address address, Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      Reason reason = reason(t, address);
      if (reason != null) {
        return new ListenException(address, reason, failure);
      }
    }
    return new ListenException(address, Reason.OTHER, failure);
  }

  private static @Nullable Reason reason(Throwable t, Address address) {
    if (t instanceof Errors.NativeIoException e) {
      return switch (e.expectedErr()) {
        case EADDRINUSE -> Reason.IN_USE;
        case EACCES -> Reason.NOT_PERMITTED;
        case EADDRNOTAVAIL -> Reason.NOT_LOCAL;
        default -> Reason.OTHER;
      };
    }
    if (t instanceof UnknownHostException || t instanceof UnresolvedAddressException) {
      return Reason.UNKNOWN_HOST;
    }
    if (t instanceof BindException) {
      return isLocal(address.host()) ? Reason.IN_USE : Reason.NOT_LOCAL;
    }
    return t instanceof SocketException ? Reason.NOT_PERMITTED : null; // the JDK's EACCES
  }

  private static boolean isLocal(String host) {
    try {
      InetAddress inet = InetAddress.getByName(host); // it resolved a moment ago
      return inet.isAnyLocalAddress() || NetworkInterface.getByInetAddress(inet) != null;
    } catch (IOException e) {
      return true;
    }
  }

  /** Where it was to listen. */
  public Address address() {
    return address;
  }

  /** Why it cannot. */
  public Reason reason() {
    return reason;
  }
}
