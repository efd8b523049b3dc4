package dev.parley.spi;

import java.util.List;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * A short list of records that a node must not forget: what it has granted, voted, or begun.
 *
 * <p>A record is 1 to {@value #MAX_RECORD_BYTES} bytes, which the store does not look into. By
 * convention the first one is its type, so that several callers can share a store.
 *
 * <h2>What holds for every store</h2>
 *
 * <ul>
 *   <li><b>Order.</b> Operations take effect one after the other, in the order in which they were
 *       subscribed to, and complete in that order. The records of a load are in the order of their
 *       appends.
 *   <li><b>Atomicity.</b> A record is stored whole or not at all, and so is a compaction.
 *   <li><b>Durability.</b> Where {@link #isDurable()}, an operation that has completed survives the
 *       end of the process, and of the machine's power as far as the machine keeps its promises.
 *   <li><b>Cold.</b> Each subscription is an operation of its own; nothing happens before. An
 *       operation that was subscribed to takes place even if the subscriber cancels: cancelling
 *       gives up the signal only.
 *   <li><b>Bounds.</b> All records together take at most {@link #maxBytes()}, by {@link
 *       #usedBytes()}. An append or compaction that would exceed it fails with {@code FULL} and
 *       changes nothing.
 *   <li><b>Failures</b> are {@link StateStoreException}s, whose reason tells what is stored. After
 *       {@code FULL} and {@code OVERLOADED} the store goes on. After {@code WRITE_FAILED} an append
 *       may or may not have been stored, and the store takes nothing more until it is opened anew.
 *   <li><b>Threads.</b> Any thread may subscribe, also an event loop: subscribing never waits.
 *       Signals come on a thread that subscribes or on one of the store's own, which a subscriber
 *       must not block. What is subscribed to within a signal comes after what waits.
 * </ul>
 */
public interface StateStore {
  /** The largest record, in bytes: 64 KiB. */
  int MAX_RECORD_BYTES = 64 * 1024;

  /**
   * Emits all records, which may be none, as arrays and a list of the caller's own. The first
   * operation opens the store, and fails if it cannot: with {@code DAMAGED}, {@code IN_USE}, {@code
   * NOT_PRIVATE} or {@code IO}.
   */
  Mono<List<byte[]>> load();

  /**
   * Adds a record after all others; completes empty when it is stored, durably where the store is
   * durable.
   *
   * @param record copied at the call
   * @throws IllegalArgumentException at the call, for a record that is empty or too large
   */
  Mono<Void> append(byte[] record);

  /**
   * Replaces all records by those that {@code fold} makes of them; completes empty when that is
   * stored.
   *
   * <p>The function gets exactly the records that are stored at the compaction's place in the order
   * of operations, so no append is lost, neither one before nor one that comes meanwhile. It is
   * called once, where signals come; it must not block or keep the list. It should keep records of
   * types that it does not know. If it throws, or returns a record of a wrong size, the compaction
   * fails with what it threw, or an {@link IllegalArgumentException}, and changes nothing.
   */
  Mono<Void> compact(UnaryOperator<List<byte[]>> fold);

  /**
   * Whether what has completed survives the end of the process. A promise that must outlive it may
   * be made with a durable store only.
   */
  boolean isDurable();

  /**
   * How much the records take at the moment, in bytes, with what the store adds to them; 0 before
   * the store is open. Cheap; approximate while operations run.
   */
  long usedBytes();

  /** How much the records may take, in bytes. */
  long maxBytes();

  /**
   * Releases what the store holds, after the operations that were subscribed to before; later ones
   * fail with {@code CLOSED}. Idempotent; never errors.
   */
  Mono<Void> close();

  /**
   * A store that forgets everything at the end of the process, or when it is closed. Its limit is
   * 16 MiB; its signals come on threads that subscribe.
   */
  static StateStore inMemory() {
    return new MemoryStateStore(16 << 20);
  }

  /**
   * The record itself, for implementations.
   *
   * @throws IllegalArgumentException if it is empty or too large
   */
  static byte[] requireRecord(byte[] record) {
    if (record.length == 0 || record.length > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "a record has 1 to " + MAX_RECORD_BYTES + " bytes, not " + record.length);
    }
    return record;
  }
}
