package dev.parley.transport.rsocket.guard;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One message of which only a part has arrived: the first fragment as it came, followed by the
 * payloads of the others, in one buffer that doubles. Owned by {@link Reassembler}.
 */
final class Reassembly {
  final Streams owner;
  final StreamState stream;
  final ByteBuf buffer;
  final long deadlineNanos;
  int flags; // of all fragments together
  int metadataBytes;
  int dataBytes;
  @Nullable Reassembly previous; // in the order of their deadlines
  @Nullable Reassembly next;

  Reassembly(Streams owner, StreamState stream, ByteBuf buffer, int flags, long deadlineNanos) {
    this.owner = owner;
    this.stream = stream;
    this.buffer = buffer;
    this.flags = flags;
    this.deadlineNanos = deadlineNanos;
  }

  /** Returns whether {@code metadataBytes} more metadata may still follow. */
  boolean takesMetadata(int metadataBytes) {
    return metadataBytes == 0
        || (FrameLayout.has(flags, FrameLayout.FLAG_METADATA) && dataBytes == 0);
  }
}
