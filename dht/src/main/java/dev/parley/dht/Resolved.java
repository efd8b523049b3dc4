package dev.parley.dht;

import dev.parley.Address;
import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.RecordAddress;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A step of a resolution: where an agent is, that it {@linkplain #hasLeft has left}, or the
 * certainty that nobody knows.
 *
 * <p>Users have {@link #addresses}, {@link #told}, {@link #expires}, {@link #hasLeft} and the
 * report; the record and the contact themselves are for our own modules.
 *
 * @param record the record with FOUND, which may be a tombstone; otherwise null
 * @param contact with FOUND and no record: the agent's own node, which has just answered
 * @param report how it was found, or not
 */
@SuppressWarnings("exports") // the record and the contact are for our own modules
public record Resolved(
    @Nullable AgentRecord record, @Nullable Contact contact, LookupReport report) {
  /** One without a contact. */
  public Resolved(@Nullable AgentRecord record, LookupReport report) {
    this(record, null, report);
  }

  /** How sure it is. */
  public Outcome outcome() {
    return report.outcome();
  }

  /** Whether the agent has said itself that it has left: it is found, and nowhere. */
  public boolean hasLeft() {
    return record != null && record.isTombstone();
  }

  /** Where the agent can be dialled; empty when it is not known, or has left. */
  public List<Address> addresses() {
    return endpoints().stream().map(RecordAddress::toAddress).filter(Objects::nonNull).toList();
  }

  /** When the agent said so; null where its own node has answered, or nothing is known. */
  public @Nullable Instant told() {
    return record == null ? null : Instant.ofEpochMilli(record.sequence() / 1000);
  }

  /** Until when what it said is valid; null as {@link #told} is. */
  public @Nullable Instant expires() {
    return record == null ? null : Instant.ofEpochMilli(record.expiresAtMillis());
  }

  /** The same as {@link #addresses}, as they are written in records; for our own modules. */
  public List<? extends RecordAddress> endpoints() {
    if (record != null) {
      return record.addresses();
    }
    return contact != null ? contact.addresses() : List.of();
  }
}
