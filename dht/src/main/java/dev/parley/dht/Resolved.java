package dev.parley.dht;

import dev.parley.dht.wire.AgentRecord;
import org.jspecify.annotations.Nullable;

/**
 * A step of a resolution: a record, or the certainty that none was found.
 *
 * @param record the record with FOUND, which may be a tombstone; otherwise null
 * @param report how it was found, or not
 */
public record Resolved(@Nullable AgentRecord record, LookupReport report) {
  /** How sure it is. */
  public Outcome outcome() {
    return report.outcome();
  }
}
