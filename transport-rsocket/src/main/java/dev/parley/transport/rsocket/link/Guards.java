package dev.parley.transport.rsocket.link;

import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.shares.Shares;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.rsocket.guard.Admission;
import dev.parley.transport.rsocket.guard.FrameGuard;
import dev.parley.transport.rsocket.guard.GuardOptions;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.RecordFormat;
import io.netty.channel.Channel;
import java.time.Duration;

/** Makes the frame guards of a node's links, and has the budgets that these share. */
final class Guards {
  private static final Duration MAX_KEEPALIVE = Duration.ofHours(1);

  private final TransportOptions options;
  private final Shares reassembly;
  private final Shares outbound;

  Guards(TransportOptions options) {
    this.options = options;
    this.reassembly = new Shares(options.memory().maxNodeReassemblyBytes());
    this.outbound = new Shares(options.memory().maxNodeOutboundBytes());
  }

  /** What a link has of the bytes that all may hold for writing; it closes it. */
  Share outbound(LinkMemory memory) {
    return outbound.openWithin(memory.share(), memory.origin());
  }

  /** Whose link it is. */
  static Origin origin(EstablishedSession session, Channel channel) {
    return Origin.of(Channels.inet(channel.remoteAddress()), session.peer());
  }

  FrameGuard create(
      EstablishedSession session, Channel channel, LinkMemory memory, FrameGuard.Output output) {
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
    Share bytes = reassembly.openWithin(memory.share(), memory.origin());
    return new FrameGuard(
        limits, session.isInitiator(), bytes, Admission.allowAll(), channel.alloc(), output);
  }

  /** Bytes that all links hold for writing. */
  long outboundBytes() {
    return outbound.taken();
  }

  /** Bytes held for incomplete messages of all links. */
  long reassemblyBytes() {
    return reassembly.taken();
  }
}
