package dev.parley.transport.rsocket.link;

import dev.parley.LinkPath;
import dev.parley.spi.Receiver;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.EstablishedSession;
import io.netty.channel.Channel;
import io.rsocket.DuplexConnection;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.transport.ClientTransport;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Sets RSocket up on authenticated connections. Its own keep-alive is as good as off, since the
 * link has PING; resume and lease are off.
 */
public final class RSocketSetup {
  private static final Duration KEEPALIVE = Duration.ofHours(1);
  private static final Duration LIFETIME = Duration.ofHours(24);

  private final TransportOptions options;
  private final LongSupplier clock;
  private final Guards guards;
  private final RSocketLink.Keeper keeper;
  private final Supplier<Receiver> receiver;

  public RSocketSetup(
      TransportOptions options,
      LongSupplier clock,
      RSocketLink.Keeper keeper,
      Supplier<Receiver> receiver) {
    this.options = options;
    this.clock = clock;
    this.guards = new Guards(options);
    this.keeper = keeper;
    this.receiver = receiver;
  }

  public long reassemblyBytes() {
    return guards.reassemblyBytes();
  }

  public long outboundBytes() {
    return guards.outbound().takenBytes();
  }

  /** A link over a connection, which is not set up yet. */
  public RSocketLink link(Channel socket, EstablishedSession session, boolean webSocket) {
    LinkChannel channel = new LinkChannel(socket, session, options, clock, guards);
    LinkPath path =
        new LinkPath(
            webSocket ? "ws" : "tcp",
            Channels.text(socket.remoteAddress()),
            session.isInitiator(),
            session.suite().noiseProtocol(),
            session.suite().postQuantum());
    RSocketLink link = new RSocketLink(channel, path, keeper, clock);
    channel.attach(link);
    return link;
  }

  /** Sends SETUP, on the side that dialled. */
  public void asRequester(RSocketLink link, Runnable ready, Consumer<Throwable> failed) {
    LinkChannel channel = link.channel();
    RSocketConnector.create()
        .keepAlive(KEEPALIVE, LIFETIME)
        .metadataMimeType("message/x.rsocket.composite-metadata.v0")
        .dataMimeType("application/octet-stream")
        .fragment(channel.out().maxFrameLength())
        .maxInboundPayloadSize(maxInbound())
        .payloadDecoder(link.decoder())
        .acceptor((setup, sending) -> Mono.just(link.responder(receiver.get())))
        .connect(new Connected(channel))
        .subscribe(
            socket -> {
              link.ready(socket);
              ready.run();
            },
            e -> {
              channel.close(CloseReason.fault("setup_failed"), CloseCode.PROTOCOL_ERROR);
              failed.accept(e);
            });
  }

  /** Waits for SETUP, on the side that accepted. */
  public void asResponder(RSocketLink link, Runnable ready) {
    LinkChannel channel = link.channel();
    RSocketServer.create(
            (setup, sending) -> {
              link.ready(sending);
              ready.run();
              return Mono.just(link.responder(receiver.get()));
            })
        .fragment(channel.out().maxFrameLength())
        .maxInboundPayloadSize(maxInbound())
        .maxTimeToFirstFrame(options.handshakeTimeout())
        .payloadDecoder(link.decoder())
        .asConnectionAcceptor(channel.out().maxFrameLength())
        .apply(channel.out())
        .subscribe(
            v -> {},
            e -> channel.close(CloseReason.fault("setup_failed"), CloseCode.PROTOCOL_ERROR));
  }

  private int maxInbound() {
    return options.maxMessageBytes() + options.maxMetadataBytes() + 1024;
  }

  /** RSocket's port for a connection that is there already. */
  private record Connected(LinkChannel channel) implements ClientTransport {
    @Override
    public Mono<DuplexConnection> connect() {
      return Mono.just(channel.out());
    }

    @Override
    public int maxFrameLength() {
      return channel.out().maxFrameLength();
    }
  }
}
