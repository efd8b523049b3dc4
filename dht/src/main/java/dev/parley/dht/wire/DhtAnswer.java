package dev.parley.dht.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node answers. */
public sealed interface DhtAnswer {
  /** The contacts that came with it; empty for answers that carry none. */
  public default List<Contact> contacts() {
    return List.of();
  }

  /** Why a request was not done at all. */
  enum Refusal {
    /** Too much to do: come back later. */
    BUSY(1),
    /** A limit of the asker's is used up. */
    LIMIT(2),
    /** The request breaks a rule. */
    INVALID(3),
    /** The kind of request is unknown. */
    UNSUPPORTED(4),
    /** The node serves no others. */
    CLIENT_ONLY(7);

    private final int status;

    Refusal(int status) {
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /**
   * A request that was not done; the node is alive all the same.
   *
   * @param retryAfterMillis when to come back, with BUSY; otherwise 0
   */
  record Refused(Refusal refusal, int retryAfterMillis) implements DhtAnswer {}

  /** Answers {@link DhtRequest.Hello}. */
  record Hello(DhtRequest.Hello hello, IpEndpoint observed) implements DhtAnswer {}

  /**
   * Answers {@link DhtRequest.Ping}.
   *
   * @param observed the address that the asker seems to have
   * @param load 0 idle to 255 full
   */
  record Pong(IpEndpoint observed, int uptimeMinutes, int load) implements DhtAnswer {}

  /** Answers {@link DhtRequest.Find}. */
  public record Nodes(List<Contact> contacts) implements DhtAnswer {
    /** Copies the list. */
    public Nodes {
      contacts = List.copyOf(contacts);
    }
  }

  /**
   * Answers {@link DhtRequest.Get}.
   *
   * @param listing the listing, if there is one newer than what the asker has
   * @param notNewerSequence the sequence of what is held, if it is not newer; otherwise 0
   * @param cachedAgeSeconds how old a copy from a cache is; 0 from a holder
   */
  record Got(
      @Nullable AgentListing listing,
      long notNewerSequence,
      int cachedAgeSeconds,
      List<Contact> contacts)
      implements DhtAnswer {
    /** Copies the list. */
    public Got {
      contacts = List.copyOf(contacts);
      if (listing != null && notNewerSequence != 0) {
        throw new IllegalArgumentException("a listing is newer or it is not");
      }
    }
  }

  /** What became of a PUT. */
  enum PutResult {
    /** Held from now on. */
    STORED,
    /** Was held already. */
    REFRESHED,
    /** A newer one is held, and attached. */
    OLDER,
    /** Others are nearer to its place. */
    NOT_RESPONSIBLE,
    /** The store or the asker's share of it is full. */
    LIMIT;

    /** Whether the answerer holds the very listing that it was given. */
    public boolean isHeld() {
      return this == STORED || this == REFRESHED;
    }
  }

  /**
   * Answers {@link DhtRequest.Put}.
   *
   * @param newer the newer listing, with OLDER only
   */
  record Stored(PutResult result, @Nullable AgentListing newer, List<Contact> contacts)
      implements DhtAnswer {
    /** Copies the list. */
    public Stored {
      contacts = List.copyOf(contacts);
      if ((result == PutResult.OLDER) != (newer != null)) {
        throw new IllegalArgumentException("a newer listing comes with OLDER");
      }
    }
  }

  /**
   * Answers {@link DhtRequest.Have}: bit i, counted from the least significant, is set when offer i
   * is wanted.
   */
  record Wanted(long bits) implements DhtAnswer {}

  /** Answers {@link DhtRequest.DialBack}. */
  record DialledBack(DialBackResult result) implements DhtAnswer {}

  /** How a dial-back ended. */
  enum DialBackResult {
    /** The asker answered and proved its key. */
    REACHED(0),
    /** The connection was refused. */
    REFUSED(1),
    /** Nothing answered in time. */
    TIMEOUT(2),
    /** Somebody else answered. */
    WRONG_KEY(3),
    /** Not tried: a limit is used up, or the address is none to dial. */
    LIMITED(4);

    private final int code;

    DialBackResult(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static DialBackResult read(WireReader in) {
      int code = in.u8();
      for (DialBackResult result : values()) {
        if (result.code == code) {
          return result;
        }
      }
      throw new DhtFormatException("dial-back result " + code + " is unknown");
    }
  }
}
