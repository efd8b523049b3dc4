package dev.parley.dht.wire;

import java.util.List;

/** What a node can ask another. The link proves who asks, so no request names its sender. */
public sealed interface DhtRequest {
  /** What is asked. */
  Op op();

  /** The kinds of request. */
  enum Op {
    /** Who I am: once at the start of a link, each way. */
    HELLO(0, 256, 256),
    /** Are you there, and how do you see me. */
    PING(1, 8, 48),
    /** Which servers do you know near a point. */
    FIND(2, 40, 2048),
    /** Which listing do you hold at a point. */
    GET(3, 48, 3072),
    /** Hold this listing. */
    PUT(4, 1040, 3072),
    /** Which of these listings do you want. */
    HAVE(5, 1160, 16),
    /** Try to dial me back. */
    DIALBACK(6, 32, 8);

    private final int code;
    private final int maxRequestBytes;
    private final int maxAnswerBytes;

    Op(int code, int maxRequestBytes, int maxAnswerBytes) {
      this.code = code;
      this.maxRequestBytes = maxRequestBytes;
      this.maxAnswerBytes = maxAnswerBytes;
    }

    /** The byte that stands for it. */
    public int code() {
      return code;
    }

    /** Largest request of this kind. */
    public int maxRequestBytes() {
      return maxRequestBytes;
    }

    /** Largest answer of this kind. */
    public int maxAnswerBytes() {
      return maxAnswerBytes;
    }
  }

  /**
   * Introduces a node; the answer is the same with the address as the answerer sees it.
   *
   * @param networkTag the first four bytes of the network's id
   * @param server whether the node serves others
   * @param capabilities reserved, 0
   * @param listen where it can be dialled, at most 8 and 3 are used
   * @param listingSequence the sequence of its listing, 0 without one
   */
  record Hello(
      int networkTag,
      boolean server,
      int capabilities,
      List<IpEndpoint> listen,
      long listingSequence)
      implements DhtRequest {
    /** Most addresses. */
    public static final int MAX_LISTEN = 8;

    /** Copies the list. */
    public Hello {
      listen = List.copyOf(listen);
      if (listen.size() > MAX_LISTEN) {
        throw new IllegalArgumentException("listen has " + listen.size() + ", must be 0..8");
      }
    }

    @Override
    public Op op() {
      return Op.HELLO;
    }
  }

  /** Asks for a sign of life. */
  record Ping() implements DhtRequest {
    @Override
    public Op op() {
      return Op.PING;
    }
  }

  /**
   * Asks for the servers nearest to a point.
   *
   * @param n how many, 1..20
   */
  record Find(DhtKey target, int n) implements DhtRequest {
    /** Checks the range. */
    public Find {
      requireCount("n", n, 1);
    }

    @Override
    public Op op() {
      return Op.FIND;
    }
  }

  /**
   * Asks for a listing.
   *
   * @param haveSequence what the asker has already; only a newer one is of use; 0 for none
   * @param ttl how many further nodes may be asked in turn, 0..3
   * @param n how many contacts to answer, 0..20
   */
  record Get(DhtKey key, long haveSequence, int ttl, int n) implements DhtRequest {
    /** Most nodes that a request passes through. */
    public static final int MAX_TTL = 3;

    /** Checks the ranges. */
    public Get {
      requireCount("n", n, 0);
      if (ttl < 0 || ttl > MAX_TTL) {
        throw new IllegalArgumentException("ttl is " + ttl + ", must be 0.." + MAX_TTL);
      }
    }

    @Override
    public Op op() {
      return Op.GET;
    }
  }

  /**
   * Asks to hold a listing.
   *
   * @param slot the place it belongs to, 0 or 1
   */
  record Put(int slot, AgentListing listing) implements DhtRequest {
    /** Checks the range. */
    public Put {
      if (slot < 0 || slot >= DhtKey.SLOTS) {
        throw new IllegalArgumentException("slot is " + slot + ", must be 0..1");
      }
    }

    @Override
    public Op op() {
      return Op.PUT;
    }
  }

  /**
   * Offers listings.
   *
   * @param offers 1..48
   */
  record Have(List<Offer> offers) implements DhtRequest {
    /** Most offers of one request. */
    public static final int MAX_OFFERS = 48;

    /** Copies the list. */
    public Have {
      offers = List.copyOf(offers);
      if (offers.isEmpty() || offers.size() > MAX_OFFERS) {
        throw new IllegalArgumentException("offers are " + offers.size() + ", must be 1..48");
      }
    }

    @Override
    public Op op() {
      return Op.HAVE;
    }
  }

  /**
   * A listing by its place and version.
   *
   * @param prefixHigh the first eight bytes of the place
   * @param prefixLow the next eight bytes
   */
  record Offer(long prefixHigh, long prefixLow, long sequence) {
    /** The offer of a listing that lives at {@code place}. */
    public static Offer of(DhtKey place, long sequence) {
      return new Offer(place.prefixHigh(), place.prefixLow(), sequence);
    }

    /** The nearest point to {@code self} that the offer can mean; the rest of it is not told. */
    public DhtKey nearestTo(DhtKey self) {
      return self.withPrefix(prefixHigh, prefixLow);
    }

    /** Whether a listing at {@code place} is meant. */
    public boolean matches(DhtKey place) {
      return prefixHigh == place.prefixHigh() && prefixLow == place.prefixLow();
    }
  }

  /**
   * Asks to be dialled at the address that the answerer sees, and no other, with this port.
   *
   * @param nonceHigh with {@code nonceLow} 16 random bytes that tell attempts apart
   */
  record DialBack(int port, long nonceHigh, long nonceLow) implements DhtRequest {
    /** Checks the port. */
    public DialBack {
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("port is " + port + ", must be 1..65535");
      }
    }

    @Override
    public Op op() {
      return Op.DIALBACK;
    }
  }

  /** Most contacts of an answer. */
  int MAX_CONTACTS = 20;

  private static void requireCount(String name, int n, int min) {
    if (n < min || n > MAX_CONTACTS) {
      throw new IllegalArgumentException(name + " is " + n + ", must be " + min + "..20");
    }
  }
}
