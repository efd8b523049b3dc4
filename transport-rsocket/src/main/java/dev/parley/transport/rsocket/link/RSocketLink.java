package dev.parley.transport.rsocket.link;

import dev.parley.AgentId;
import dev.parley.Inbound;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import dev.parley.carrier.InstanceId;
import dev.parley.carrier.LinkEnd;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import dev.parley.transport.rsocket.frame.InboundDecoder;
import dev.parley.transport.rsocket.frame.InboundPayload;
import dev.parley.transport.rsocket.frame.LoopCounter;
import dev.parley.transport.rsocket.frame.MetadataCodec;
import dev.parley.transport.rsocket.frame.OutboundPayload;
import dev.parley.transport.session.SessionLimits;
import io.netty.buffer.ByteBuf;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A link over one {@link LinkChannel}: messages to payloads and back, failures to codes and back.
 */
public final class RSocketLink implements CarriedLink, LinkChannel.Owner {
  /** The exporter's label of {@link #binding()} (PROTOCOL.md, "Outputs of the handshake"). */
  private static final String BINDING = "claim/1";

  private final LinkChannel channel;
  private final LinkLife life;
  private final OutboundGate gate;
  private final int maxFrameLength;
  private final InboundDecoder decoder = new InboundDecoder();
  private final LinkPath path;
  private final Supplier<Carrier.Host> host;
  private final LinkFailures failures;
  private final LongSupplier clock;
  private final RequestWindow window;
  private final Sinks.Empty<Void> onClose = Sinks.empty();
  private final LoopCounter messagesOut = new LoopCounter();
  private volatile @Nullable RSocket requester;
  private volatile boolean accepting = true;
  private volatile SessionLimits peerLimits;
  private volatile boolean announced;

  RSocketLink(LinkChannel channel, LinkPath path, Supplier<Carrier.Host> host, LongSupplier clock) {
    this.channel = channel;
    this.life = channel.life();
    this.gate = channel.out().gate();
    this.maxFrameLength = channel.out().maxFrameLength();
    this.path = path;
    this.host = host;
    this.failures = new LinkFailures(channel.session().peer(), life);
    this.clock = clock;
    this.peerLimits = channel.session().peerLimits();
    this.window =
        new RequestWindow(
            peerLimits.maxConcurrentRequests(), channel.maxWaitingRequests(), gate.bytes());
  }

  /** RSocket is set up: requests may go out. */
  void ready(RSocket socket) {
    requester = socket;
  }

  /** From now on its end is told as well: who counts links has to hear both or neither. */
  void announce() {
    announced = true;
  }

  /** Reads what the peer sends. */
  InboundDecoder decoder() {
    return decoder;
  }

  public LinkChannel channel() {
    return channel;
  }

  /** Makes the failures of what goes over this link. */
  LinkFailures failures() {
    return failures;
  }

  OutboundGate gate() {
    return gate;
  }

  RequestWindow window() {
    return window;
  }

  RSocket requester() {
    RSocket socket = requester;
    if (socket == null) {
      throw new IllegalStateException("the link is not set up");
    }
    return socket;
  }

  @Override
  public AgentId peer() {
    return channel.session().peer();
  }

  @Override
  public LinkPath path() {
    return path;
  }

  @Override
  public long features() {
    return channel.session().features();
  }

  @Override
  public byte[] binding() {
    return channel.session().exporter(BINDING);
  }

  @Override
  public InstanceId instance() {
    return channel.session().peerInstance();
  }

  @Override
  public boolean isCheck() {
    return channel.session().check();
  }

  @Override
  public byte[] credentials() {
    return channel.session().credentials();
  }

  @Override
  public boolean isRelayed() {
    return channel.session().relayed();
  }

  @Override
  public boolean isOpen() {
    return accepting && requester != null && life.isOpen();
  }

  @Override
  public Mono<Message> requestResponse(Outbound request) {
    return RequestCall.of(this, request);
  }

  @Override
  public Mono<Void> fireAndForget(Outbound request) {
    return SignalCall.of(this, request);
  }

  @Override
  public Flux<Message> requestStream(Outbound request) {
    return StreamCall.of(this, request, null);
  }

  @Override
  public Flux<Message> requestChannel(Outbound first, Publisher<Message> rest) {
    return StreamCall.of(this, first, rest);
  }

  @Override
  public Mono<Duration> ping() {
    return channel.ping().onErrorMap(e -> failures.of(e, true));
  }

  @Override
  public Link.Stats stats() {
    return new Link.Stats(
        channel.out().writer().records(),
        channel.reader().records(),
        channel.out().writer().plainBytes(),
        channel.reader().plainBytes(),
        channel.out().writer().wireBytes(),
        channel.reader().wireBytes(),
        gate().bytes().total(),
        messagesOut.get(),
        decoder.messages());
  }

  @Override
  public Mono<Void> closeGracefully(Duration limit) {
    return Mono.defer(() -> drain(CloseReason.SHUTDOWN, limit));
  }

  @Override
  public Mono<Void> drain(LinkEnd why, Duration limit) {
    return Mono.defer(() -> drain(CloseReason.of(why), limit));
  }

  @Override
  public Mono<Void> close(LinkEnd why) {
    return Mono.defer(() -> close(CloseReason.of(why)));
  }

  /** Goes away for {@code why}, and closes at the latest after {@code limit}. */
  Mono<Void> drain(CloseReason why, Duration limit) {
    stopAccepting();
    channel.goAway(why, limit);
    return onClose();
  }

  /** Closes without waiting for what runs. */
  Mono<Void> close(CloseReason why) {
    stopAccepting();
    channel.close(why, why.code());
    return onClose();
  }

  private void stopAccepting() {
    if (accepting) {
      accepting = false;
      if (announced) {
        host.get().closing(this);
      }
    }
  }

  @Override
  public Mono<Void> onClose() {
    return onClose.asMono();
  }

  // ---- LinkChannel.Owner

  @Override
  public void limits(SessionLimits limits) {
    peerLimits = limits;
    window.limit(limits.maxConcurrentRequests());
  }

  @Override
  public void goneAway() {
    stopAccepting();
  }

  @Override
  public void idle() {
    drain(CloseReason.IDLE, Duration.ofSeconds(1)).subscribe();
  }

  @Override
  public void suspect(boolean silent) {
    if (announced) {
      host.get().suspect(this, silent);
    }
  }

  @Override
  public void closed(CloseReason reason) {
    accepting = false;
    window.close();
    if (announced) {
      host.get().closed(this, reason.label(), reason.isOrderly());
    }
    onClose.tryEmitEmpty();
  }

  // ---- for calls

  /** Why a message cannot go out on this link, or null. */
  @Nullable MessagingException refusal(Message message) {
    if (!isOpen()) {
      return failures.of(new ClosedChannelException(), false);
    }
    if (message.size() > peerLimits.maxMessageBytes()) {
      return failures.tooLarge(
          "the message is " + message.size() + " bytes", peerLimits.maxMessageBytes());
    }
    return null;
  }

  boolean exceedsPeer(Message message) {
    return message.size() > peerLimits.maxMessageBytes();
  }

  MessagingException itemTooLarge(Message item) {
    return failures.tooLarge("an item of " + item.size() + " bytes", peerLimits.maxMessageBytes());
  }

  /** A request's payload; fails with MESSAGE_TOO_LARGE where its metadata is. */
  Payload payload(Outbound request, boolean hasWaited) {
    int remaining = request.remainingMillis();
    return payload(
        request.message(),
        request,
        hasWaited || remaining < 0
            ? Outbound.remainingMillis(request.deadlineNanos() - clock.getAsLong())
            : remaining);
  }

  /** An answer's or item's payload. */
  Payload payload(Message message) {
    return payload(message, null, 0);
  }

  private Payload payload(Message message, @Nullable Outbound request, int remainingMillis) {
    OutboundPayload payload = new OutboundPayload(message);
    if (writeMetadata(payload.metadataOut(), message, request, remainingMillis)) {
      int bytes = payload.endMetadata();
      if (bytes > peerLimits.maxMetadataBytes()) {
        throw failures.tooLarge(
            "route and headers are " + bytes + " bytes", peerLimits.maxMetadataBytes());
      }
    }
    if (channel.eventLoop().inEventLoop()) {
      messagesOut.addOnLoop(1);
    } else {
      messagesOut.addElsewhere(1);
    }
    return payload.within(maxFrameLength);
  }

  private static boolean writeMetadata(
      ByteBuf out, Message message, @Nullable Outbound request, int remainingMillis) {
    if (request == null) {
      return MetadataCodec.answer(out, message);
    }
    MetadataCodec.request(out, request.route(), message, remainingMillis, request.annex());
    return true;
  }

  /** What a receiver is told of a request of the peer. */
  Inbound inbound(InboundPayload payload) {
    long arrived = channel.readNanos();
    long deadline = arrived + TimeUnit.MILLISECONDS.toNanos(payload.remainingMillis());
    return Inbound.of(
        peer(),
        payload.route(),
        payload.message(),
        path,
        arrived,
        deadline,
        clock,
        payload.annex());
  }
}
