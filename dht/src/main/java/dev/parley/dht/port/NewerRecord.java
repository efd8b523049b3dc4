package dev.parley.dht.port;

import dev.parley.AgentId;
import dev.parley.dht.DhtEvent;
import dev.parley.dht.wire.AgentRecord;

/**
 * What users see as {@link DhtEvent.RecordChanged}, with the record itself.
 *
 * @param record the newer one
 */
public record NewerRecord(AgentRecord record) implements DhtEvent.RecordChanged {
  @Override
  public AgentId agent() {
    return record.key().agent();
  }

  @Override
  public boolean hasLeft() {
    return record.isTombstone();
  }
}
