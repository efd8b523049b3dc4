package dev.parley.transport.rsocket;

import dev.parley.spi.Setting;
import java.time.Duration;

/**
 * How many connections, requests and bytes of a message there may be: {@link
 * TransportOptions#limits}. An immutable value, set through {@link TransportOptions#builder()}.
 */
public record LinkLimits(
    int maxConnections,
    int maxConnectionsPerPrefix,
    int maxMessageBytes,
    int maxMetadataBytes,
    int maxRecordBytes,
    int maxConcurrentRequests,
    int maxWaitingRequests,
    int maxRequestsPerSecond) {
  /** Changes {@link LinkLimits}. */
  public interface Builder {
    @Setting(
        what = "Accepted connections",
        byDefault = "10000",
        range = "1 to 1000000",
        atLimit = "further ones are reset")
    Builder maxConnections(int value);

    @Setting(
        what = "Accepted connections from one prefix (IPv4 /32, IPv6 /56)",
        byDefault = "64",
        range = "1 to 1000000",
        atLimit = "further ones are reset")
    Builder maxConnectionsPerPrefix(int value);

    @Setting(
        what = "The largest data of a message that this side accepts",
        byDefault = "4MiB",
        range = "1KiB to 16777215",
        atLimit = "the message is MESSAGE_TOO_LARGE, and is not buffered")
    Builder maxMessageBytes(int value);

    @Setting(
        what = "The largest metadata of a message: route, headers and the like",
        byDefault = "64KiB",
        range = "1KiB to 1MiB",
        atLimit = "the message is MESSAGE_TOO_LARGE")
    Builder maxMetadataBytes(int value);

    @Setting(
        what = "The largest plaintext of a record; both sides use the smaller one",
        byDefault = "32KiB",
        range = "4KiB to 65519")
    Builder maxRecordBytes(int value);

    @Setting(
        what = "Requests that a peer may have running here over one link",
        byDefault = "1024",
        range = "1 to 1048576",
        atLimit = "further ones are OVERLOADED")
    Builder maxConcurrentRequests(int value);

    @Setting(
        what =
            "Requests that wait because a link is full, and as many because the peer has all that"
                + " it takes at a time",
        byDefault = "4096",
        range = "1 to 1048576",
        atLimit = "further ones are OVERLOADED")
    Builder maxWaitingRequests(int value);

    @Setting(
        what = "Requests a second from one link",
        byDefault = "4000000",
        range = "1 to 100000000",
        atLimit = "further ones are OVERLOADED; ten times as many close the link")
    Builder maxRequestsPerSecond(int value);
  }

  /** What may wait in memory: {@link TransportOptions#memory}. */
  public record Memory(
      int maxReassemblyBytes,
      long maxNodeReassemblyBytes,
      Duration reassemblyTimeout,
      int outboundLowBytes,
      int outboundHighBytes,
      int outboundMaxBytes,
      long maxNodeOutboundBytes) {
    /** Changes {@link Memory}. */
    public interface Builder {
      @Setting(
          what = "Bytes of incomplete messages of one link",
          byDefault = "8MiB",
          range = "64KiB to 1GiB",
          atLimit = "the message is OVERLOADED")
      Builder maxReassemblyBytes(int value);

      @Setting(
          what = "Bytes of incomplete messages of all links",
          byDefault = "256MiB",
          range = "64KiB or more",
          atLimit = "the message is OVERLOADED")
      Builder maxNodeReassemblyBytes(long value);

      @Setting(
          what =
              "Time for all fragments of a message to arrive; large messages over slow paths need"
                  + " more",
          byDefault = "10s",
          range = "10ms to 1h",
          atLimit = "the message is OVERLOADED")
      Builder reassemblyTimeout(Duration value);

      @Setting(
          what = "Waiting bytes below which a link that was full takes requests and answers again",
          byDefault = "256KiB",
          range = "1 to 1GiB",
          below = "outboundHighBytes")
      Builder outboundLowBytes(int value);

      @Setting(
          what = "Waiting bytes of a link",
          byDefault = "1MiB",
          range = "2 to 1GiB",
          below = "outboundMaxBytes",
          atLimit = "requests and answers wait")
      Builder outboundHighBytes(int value);

      /**
       * Counts own requests, answers and items that wait, wherever they wait, and what is being
       * written; one message more may be held. From half of it on, handlers of the peer's requests
       * wait before they start, and streams are asked for nothing. At the limit an own request is
       * OVERLOADED, executed NO, like a request of the peer that would have to wait; an answer of a
       * handler that had started is OVERLOADED, executed YES, to its caller; a stream ends
       * likewise. Where frames that do not wait exceed it, the link is closed.
       */
      @Setting(
          what = "Bytes that a link may hold for writing",
          byDefault = "16MiB",
          range = "64KiB to 1GiB",
          atLimit = "requests, answers and streams are OVERLOADED")
      Builder outboundMaxBytes(int value);

      /**
       * Counts what is beyond 64 KiB of each link. A link gets no more than what is left for the
       * others, one alone half of it; what does not fit ends as it does at {@link
       * #outboundMaxBytes}.
       */
      @Setting(
          what = "Bytes that all links together may hold for writing",
          byDefault = "quarter of the heap, 32MiB to 256MiB",
          range = "32MiB or more",
          atLimit = "requests, answers and streams are OVERLOADED")
      Builder maxNodeOutboundBytes(long value);
    }
  }

  /** How far streams and channels run ahead of their readers: {@link TransportOptions#streams}. */
  public record Streams(int streamWindow, int streamWindowBytes, int streamHighBytes) {
    /** Changes {@link Streams}. */
    public interface Builder {
      @Setting(
          what = "Items of one direction that are under way, whatever the reader asks for",
          byDefault = "256",
          range = "4 to 65536",
          atLimit = "the sender waits")
      Builder streamWindow(int value);

      /**
       * Is judged by the size of the items that came; two items are asked for at least. A bulk
       * stream over a path of a rate and a round trip needs their product.
       */
      @Setting(
          what = "About how many bytes of a stream's items may be under way",
          byDefault = "1MiB",
          range = "4KiB to 1GiB",
          atLimit = "the sender waits")
      Builder streamWindowBytes(int value);

      @Setting(
          what =
              "Waiting bytes of a link, at most outboundHighBytes; a request then finds little"
                  + " ahead of it",
          byDefault = "64KiB",
          range = "1KiB to 1GiB",
          atLimit = "items of streams wait")
      Builder streamHighBytes(int value);
    }
  }

  /** When a link is given up or closed: {@link TransportOptions#liveness}. */
  public record Liveness(
      Duration stallTimeout,
      Duration pingIdle,
      Duration pingDead,
      Duration idleTimeout,
      Duration closeTimeout) {
    /** Changes {@link Liveness}. */
    public interface Builder {
      @Setting(
          what = "Time in which a waiting write has to progress, and a begun record to arrive",
          byDefault = "10s",
          range = "10ms to 1h",
          atLimit = "the link is lost")
      Builder stallTimeout(Duration value);

      @Setting(
          what = "Silence after which a peer is asked for a sign of life",
          byDefault = "15s",
          range = "10ms to 1h")
      Builder pingIdle(Duration value);

      @Setting(
          what = "Silence after which a link is given up",
          byDefault = "45s",
          range = "10ms to 1d",
          above = "pingIdle",
          atLimit = "the link is lost")
      Builder pingDead(Duration value);

      @Setting(
          what = "How long a link without interactions stays open",
          byDefault = "5m",
          range = "10ms to 7d",
          atLimit = "the link is closed")
      Builder idleTimeout(Duration value);

      @Setting(
          what = "Time for the peer to answer a close",
          byDefault = "1s",
          range = "1ms to 1m",
          atLimit = "the connection is reset")
      Builder closeTimeout(Duration value);
    }
  }
}
