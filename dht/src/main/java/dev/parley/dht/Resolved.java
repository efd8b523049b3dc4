package dev.parley.dht;

import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.RecordAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a resolution: where an agent is, that it {@linkplain #hasLeft has left}, or the
 * certainty that nobody knows.
 *
 * @param record the record with FOUND, which may be a tombstone; otherwise null
 * @param contact with FOUND and no record: the agent's own node, which has just answered
 * @param report how it was found, or not
 */
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
  public List<? extends RecordAddress> addresses() {
    if (record != null) {
      return record.addresses();
    }
    return contact != null ? contact.addresses() : List.of();
  }
}
