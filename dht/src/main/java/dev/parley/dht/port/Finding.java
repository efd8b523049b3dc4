package dev.parley.dht.port;

import dev.parley.Address;
import dev.parley.dht.LookupReport;
import dev.parley.dht.Resolved;
import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.RecordAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What users see as {@link Resolved}, with the record itself.
 *
 * @param record the record with FOUND, which may be a tombstone; otherwise null
 * @param contact with FOUND and no record: the agent's own node, which has just answered
 * @param report how it was found, or not
 */
public record Finding(@Nullable AgentRecord record, @Nullable Contact contact, LookupReport report)
    implements Resolved {
  /** One without a contact. */
  public Finding(@Nullable AgentRecord record, LookupReport report) {
    this(record, null, report);
  }

  @Override
  public boolean hasLeft() {
    return record != null && record.isTombstone();
  }

  @Override
  public List<Address> addresses() {
    return endpoints().stream().map(RecordAddress::toAddress).filter(Objects::nonNull).toList();
  }

  @Override
  public @Nullable Instant told() {
    return record == null ? null : Instant.EPOCH.plus(record.sequence(), ChronoUnit.MICROS);
  }

  @Override
  public @Nullable Instant expires() {
    return record == null ? null : Instant.ofEpochMilli(record.expiresAtMillis());
  }

  /** The same as {@link #addresses}, as they are written in records. */
  public List<? extends RecordAddress> endpoints() {
    if (record != null) {
      return record.addresses();
    }
    return contact != null ? contact.addresses() : List.of();
  }
}
