package dev.parley.transport.rsocket.link;

import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.rsocket.guard.Admission;
import dev.parley.transport.rsocket.guard.FrameGuard;
import dev.parley.transport.rsocket.guard.GuardOptions;
import dev.parley.transport.rsocket.guard.ReassemblyBudget;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.RecordFormat;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;

/** Makes the frame guards of a node's links, and has the budgets that these share. */
final class Guards {
  private static final Duration MAX_KEEPALIVE = Duration.ofHours(1);

  private final TransportOptions options;
  private final ReassemblyBudget budget;
  private final OutboundBudget outbound;

  Guards(TransportOptions options) {
    this.options = options;
    this.budget = ReassemblyBudget.of(options.memory().maxNodeReassemblyBytes());
    this.outbound = new OutboundBudget(options.memory().maxNodeOutboundBytes());
  }

  /** What all links may hold for writing. */
  OutboundBudget outbound() {
    return outbound;
  }

  FrameGuard create(EstablishedSession session, ByteBufAllocator alloc, FrameGuard.Output output) {
    // The peer fragments at its mtu, which is the largest frame of a record.
    int mtu = RecordFormat.maxFrameBytes(session.maxRecordBytes());
    GuardOptions limits =
        GuardOptions.builder()
            .maxMessageBytes(options.limits().maxMessageBytes())
            .maxMetadataBytes(options.limits().maxMetadataBytes())
            .minFragmentBytes(mtu / 2)
            .maxReassemblyBytes(
                Math.max(
                    options.memory().maxReassemblyBytes(),
                    64L + options.limits().maxMessageBytes() + options.limits().maxMetadataBytes()))
            .reassemblyTimeout(options.memory().reassemblyTimeout())
            .demandWindow(options.streams().streamWindow())
            .maxInboundStreams(options.limits().maxConcurrentRequests())
            .maxRequestsPerSecond(options.limits().maxRequestsPerSecond())
            .maxKeepAlive(MAX_KEEPALIVE)
            .build();
    return new FrameGuard(
        limits, session.isInitiator(), budget, Admission.allowAll(), alloc, output);
  }

  /** Bytes held for incomplete messages of all links. */
  long reassemblyBytes() {
    return budget.reservedBytes();
  }
}
