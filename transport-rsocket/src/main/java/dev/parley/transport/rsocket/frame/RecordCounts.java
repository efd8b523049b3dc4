package dev.parley.transport.rsocket.frame;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * What has gone through one direction of a record layer. Its event loop counts and anybody reads,
 * perhaps a little late: a volatile write would wait for whatever the loop has written before it.
 */
abstract sealed class RecordCounts permits RecordReader, RecordWriter {
  private static final AtomicLongFieldUpdater<RecordCounts> RECORDS =
      AtomicLongFieldUpdater.newUpdater(RecordCounts.class, "records");
  private static final AtomicLongFieldUpdater<RecordCounts> PLAIN_BYTES =
      AtomicLongFieldUpdater.newUpdater(RecordCounts.class, "plainBytes");
  private static final AtomicLongFieldUpdater<RecordCounts> WIRE_BYTES =
      AtomicLongFieldUpdater.newUpdater(RecordCounts.class, "wireBytes");

  private volatile long records;
  private volatile long plainBytes;
  private volatile long wireBytes;

  final void countRecord() {
    RECORDS.lazySet(this, records + 1);
  }

  final void countPlain(int bytes) {
    PLAIN_BYTES.lazySet(this, plainBytes + bytes);
  }

  final void countWire(int bytes) {
    WIRE_BYTES.lazySet(this, wireBytes + bytes);
  }

  /** Records, those that control the connection included. */
  public final long records() {
    return records;
  }

  /** Bytes inside of records. */
  public final long plainBytes() {
    return plainBytes;
  }

  /** Bytes of the connection. */
  public final long wireBytes() {
    return wireBytes;
  }
}
