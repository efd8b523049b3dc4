package dev.parley.dht.wire;

import dev.parley.NetworkId;
import dev.parley.dht.wire.DhtAnswer.DialBackResult;
import dev.parley.dht.wire.DhtAnswer.PutResult;
import dev.parley.dht.wire.DhtAnswer.Refusal;
import dev.parley.dht.wire.DhtRequest.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes and reads answers: {@code version u8 | status u8 | flags u8 = 0 | [retry after u16 if
 * BUSY] | body}. The body's kind is that of the request.
 */
final class AnswerCodec {
  private static final int HEADER = 3;
  private static final int OK = 0;
  private static final int LIMIT = 2;
  private static final int NOT_RESPONSIBLE = 5;
  private static final int OLDER = 6;
  private static final int NONE = 0;
  private static final int LISTING = 1;
  private static final int NOT_NEWER = 2;

  private final NetworkId network;
  private final int networkTag;

  AnswerCodec(NetworkId network) {
    this.network = network;
    this.networkTag = DhtCodec.networkTag(network);
  }

  byte[] encode(DhtAnswer answer) {
    WireWriter out = new WireWriter(sizeOf(answer));
    out.u8(DhtCodec.VERSION).u8(status(answer)).u8(0);
    if (answer instanceof DhtAnswer.Refused refused) {
      if (refused.refusal() == Refusal.BUSY) {
        out.u16(refused.retryAfterMillis());
      }
    } else if (answer instanceof DhtAnswer.Nodes nodes) {
      writeContacts(nodes.contacts(), out);
    } else if (answer instanceof DhtAnswer.Got got) {
      writeGot(got, out);
    } else if (answer instanceof DhtAnswer.Stored stored) {
      writeStored(stored, out);
    } else if (answer instanceof DhtAnswer.Wanted wanted) {
      out.i64(wanted.bits());
    } else if (answer instanceof DhtAnswer.DialledBack dialled) {
      out.u8(dialled.result().code());
    } else if (answer instanceof DhtAnswer.Pong pong) {
      AddressType.write(pong.observed(), out);
      out.u16(pong.uptimeMinutes()).u8(pong.load());
    } else if (answer instanceof DhtAnswer.Hello hello) {
      DhtCodec.writeHello(hello.hello(), out);
      AddressType.write(hello.observed(), out);
    }
    return out.toBytes();
  }

  private static int status(DhtAnswer answer) {
    if (answer instanceof DhtAnswer.Refused refused) {
      return refused.refusal().status();
    }
    if (answer instanceof DhtAnswer.Stored stored) {
      return switch (stored.result()) {
        case STORED, REFRESHED -> OK;
        case OLDER -> OLDER;
        case NOT_RESPONSIBLE -> NOT_RESPONSIBLE;
        case LIMIT -> LIMIT;
      };
    }
    return OK;
  }

  private static void writeContacts(List<Contact> contacts, WireWriter out) {
    out.u8(contacts.size());
    contacts.forEach(contact -> contact.write(out));
  }

  private static void writeGot(DhtAnswer.Got got, WireWriter out) {
    AgentListing listing = got.listing();
    if (listing != null) {
      out.u8(LISTING).u16(listing.length()).bytes(listing.raw());
    } else if (got.notNewerSequence() != 0) {
      out.u8(NOT_NEWER).i64(got.notNewerSequence());
    } else {
      out.u8(NONE);
    }
    out.u16(got.cachedAgeSeconds());
    writeContacts(got.contacts(), out);
  }

  private static void writeStored(DhtAnswer.Stored stored, WireWriter out) {
    AgentListing newer = stored.newer();
    if (newer != null) {
      out.u16(newer.length()).bytes(newer.raw());
    } else if (status(stored) == OK) {
      out.u8(stored.result() == PutResult.REFRESHED ? 1 : 0);
    }
    writeContacts(stored.contacts(), out);
  }

  DhtAnswer decode(Op op, byte[] bytes) {
    if (bytes.length > op.maxAnswerBytes()) {
      throw new DhtFormatException(
          op + " answer has " + bytes.length + " bytes, at most " + op.maxAnswerBytes());
    }
    WireReader in = new WireReader(bytes);
    in.u8("version", DhtCodec.VERSION, DhtCodec.VERSION);
    int status = in.u8();
    in.u8("flags", 0, 0);
    DhtAnswer answer =
        op == Op.PUT && isStored(status) ? readStored(status, in) : readOther(op, status, in);
    in.end();
    return answer;
  }

  private static boolean isStored(int status) {
    return status == OK || status == LIMIT || status == NOT_RESPONSIBLE || status == OLDER;
  }

  private DhtAnswer readOther(Op op, int status, WireReader in) {
    return status == OK ? readBody(op, in) : readRefused(status, in);
  }

  private static DhtAnswer readRefused(int status, WireReader in) {
    for (Refusal refusal : Refusal.values()) {
      if (refusal.status() == status) {
        return new DhtAnswer.Refused(refusal, refusal == Refusal.BUSY ? in.u16() : 0);
      }
    }
    throw new DhtFormatException("status " + status + " does not belong to the request");
  }

  private DhtAnswer readBody(Op op, WireReader in) {
    return switch (op) {
      case HELLO -> new DhtAnswer.Hello(DhtCodec.readHello(in, networkTag), AddressType.readIp(in));
      case PING -> new DhtAnswer.Pong(AddressType.readIp(in), in.u16(), in.u8());
      case FIND -> new DhtAnswer.Nodes(readContacts(in));
      case GET -> readGot(in);
      case PUT -> throw new IllegalStateException("read by readStored");
      case HAVE -> new DhtAnswer.Wanted(in.i64());
      case DIALBACK -> new DhtAnswer.DialledBack(DialBackResult.read(in));
    };
  }

  private DhtAnswer readGot(WireReader in) {
    int kind = in.u8("kind of a GET answer", NONE, NOT_NEWER);
    AgentListing listing = kind == LISTING ? readListing(in) : null;
    long notNewer = kind == NOT_NEWER ? in.i64() : 0;
    if (kind == NOT_NEWER && notNewer == 0) {
      throw new DhtFormatException("a listing that is not newer has sequence 0");
    }
    return new DhtAnswer.Got(listing, notNewer, in.u16(), readContacts(in));
  }

  private DhtAnswer readStored(int status, WireReader in) {
    return switch (status) {
      case OK -> {
        boolean refreshed = in.u8("PUT result", 0, 1) == 1;
        yield new DhtAnswer.Stored(
            refreshed ? PutResult.REFRESHED : PutResult.STORED, null, readContacts(in));
      }
      case OLDER -> new DhtAnswer.Stored(PutResult.OLDER, readListing(in), readContacts(in));
      case LIMIT -> new DhtAnswer.Stored(PutResult.LIMIT, null, readContacts(in));
      default -> new DhtAnswer.Stored(PutResult.NOT_RESPONSIBLE, null, readContacts(in));
    };
  }

  private AgentListing readListing(WireReader in) {
    return AgentListing.own(
        network, in.bytes(in.u16("listing length", 1, AgentListing.MAX_LENGTH)));
  }

  private List<Contact> readContacts(WireReader in) {
    int n = in.u8("contacts", 0, DhtRequest.MAX_CONTACTS);
    List<Contact> contacts = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      contacts.add(Contact.read(network, in));
    }
    return contacts;
  }

  static int sizeOf(DhtAnswer answer) {
    int body = 0;
    if (answer instanceof DhtAnswer.Refused refused) {
      body = refused.refusal() == Refusal.BUSY ? 2 : 0;
    } else if (answer instanceof DhtAnswer.Got got) {
      AgentListing listing = got.listing();
      body = 3 + (listing != null ? 2 + listing.length() : got.notNewerSequence() != 0 ? 8 : 0);
    } else if (answer instanceof DhtAnswer.Stored stored) {
      AgentListing newer = stored.newer();
      body = newer != null ? 2 + newer.length() : status(stored) == OK ? 1 : 0;
    } else if (answer instanceof DhtAnswer.Wanted) {
      body = 8;
    } else if (answer instanceof DhtAnswer.DialledBack) {
      body = 1;
    } else if (answer instanceof DhtAnswer.Pong pong) {
      body = 3 + pong.observed().encodedLength();
    } else if (answer instanceof DhtAnswer.Hello hello) {
      body = DhtCodec.sizeOfHello(hello.hello()) + hello.observed().encodedLength();
    }
    return HEADER + body + sizeOfContacts(answer);
  }

  private static int sizeOfContacts(DhtAnswer answer) {
    if (!(answer instanceof DhtAnswer.Nodes
        || answer instanceof DhtAnswer.Got
        || answer instanceof DhtAnswer.Stored)) {
      return 0;
    }
    int length = 1;
    for (Contact contact : answer.contacts()) {
      length += contact.encodedLength();
    }
    return length;
  }
}
