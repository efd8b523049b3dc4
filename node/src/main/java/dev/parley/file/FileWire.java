package dev.parley.file;

import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What stands in the messages of a transfer: PROTOCOL.md §23. */
final class FileWire {
  static final String ROUTE = "parley.file";
  static final String TYPE = "application/vnd.parley.file";

  static final String NAME = "name";
  static final String SIZE = "size";
  static final String TRANSFER = "transfer";
  static final String HELD = "held";
  static final String FROM = "from";
  static final String RECEIVED = "received";
  static final String SHA256 = "sha256";

  /** The SHA-256 of no bytes. */
  static final String SHA256_OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  private FileWire() {}

  /** A message that is not a chunk. */
  static Message note(Map<String, String> headers) {
    Message note = Message.of(new byte[0], TYPE);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      note = note.withHeader(header.getKey(), header.getValue());
    }
    return note;
  }

  static boolean isNote(Message message) {
    return message.contentType().equals(TYPE);
  }

  /** What an opening message offers; fails as REJECTED where it is malformed. */
  static FileOffer offer(Inbound opening) {
    String name = opening.message().headers().get(NAME);
    String problem = name == null ? "the name is missing" : FileOffer.problemWith(name);
    if (name == null || problem != null) {
      throw HandlerFailure.rejected(String.valueOf(problem));
    }
    long size = number(opening.message(), SIZE);
    if (size < 0) {
      throw HandlerFailure.rejected("the size is missing");
    }
    return new FileOffer(opening.from(), name, size);
  }

  /** The number that names one transfer over all its attempts; fails as REJECTED without one. */
  static String transfer(Inbound opening) {
    String id = opening.message().headers().get(TRANSFER);
    if (id == null || !ID.matcher(id).matches()) {
      throw HandlerFailure.rejected("the transfer's number is missing");
    }
    return id;
  }

  /** The number in a header, or -1 where there is none. */
  static long number(Message message, String header) {
    String value = message.headers().get(header);
    return value == null || !NUMBER.matcher(value).matches() ? -1 : Long.parseLong(value);
  }

  /** The digest in a message, or null where there is none. */
  static @Nullable String digest(Message message) {
    String value = message.headers().get(SHA256);
    return value == null || !DIGEST.matcher(value).matches() ? null : value;
  }

  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
