package dev.parley.transport.rsocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of which only a part has arrived: the first fragment as it came, followed by the
 * payloads of the others. Large ones are kept as they are, small ones are gathered in buffers that
 * double. Owned by {@link Reassembler}.
 */
final class Reassembly {
  final Streams owner;
  final StreamState stream;
  final List<ByteBuf> parts = new ArrayList<>(4);
  final long deadlineNanos;
  @Nullable ByteBuf gathering; // the last part, where it takes more
  long reserved;
  int flags; // of all fragments together
  int metadataBytes;
  int dataBytes;
  @Nullable Reassembly previous; // in the order of their deadlines
  @Nullable Reassembly next;

  Reassembly(Streams owner, StreamState stream, int flags, long deadlineNanos) {
    this.owner = owner;
    this.stream = stream;
    this.flags = flags;
    this.deadlineNanos = deadlineNanos;
  }

  /** Returns whether {@code metadataBytes} more metadata may still follow. */
  boolean takesMetadata(int metadataBytes) {
    return metadataBytes == 0
        || (FrameLayout.has(flags, FrameLayout.FLAG_METADATA) && dataBytes == 0);
  }

  /** Keeps a part, whose ownership passes. */
  void keep(ByteBuf part) {
    parts.add(part);
    gathering = null;
  }

  /** Keeps a part that takes more. */
  void gather(ByteBuf part) {
    parts.add(part);
    gathering = part;
  }

  /** All parts as one buffer, whose ownership passes. */
  ByteBuf join(ByteBufAllocator alloc) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return alloc.compositeHeapBuffer(parts.size()).addComponents(true, parts);
  }

  void release() {
    parts.forEach(ByteBuf::release);
  }
}
