package dev.parley.transport.rsocket.link;

import dev.parley.LinkPath;
import dev.parley.MessagingException;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import dev.parley.carrier.LinkEnd;
import dev.parley.spi.Link.Admission.Verdict;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.SessionLimits;
import io.netty.channel.Channel;
import io.rsocket.DuplexConnection;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.transport.ClientTransport;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Puts links on connections that have shaken hands, and sets RSocket up on them. Its own keep-alive
 * is as good as off, since the link has PING; resume and lease are off.
 */
public final class RSocketSetup {
  private static final Duration KEEPALIVE = Duration.ofHours(1);
  private static final Duration LIFETIME = Duration.ofHours(24);

  private static final Logger log = LoggerFactory.getLogger(RSocketSetup.class);

  /** Where rsocket-core writes each frame; it has no switch but the level. */
  private static final Logger FRAMES = LoggerFactory.getLogger("io.rsocket.FrameLogger");

  private final TransportOptions options;
  private final SessionLimits limits;
  private final LongSupplier clock;
  private final Guards guards;
  private final Supplier<Carrier.Host> host;

  /** Who waits for a link that was dialled. On the event loop, once. */
  public interface Dialler {
    /** Interactions may go over the link. */
    void opened(CarriedLink link);

    /** There is no link. */
    void notOpened(MessagingException failure);
  }

  /**
   * @param limits what a peer that was accepted is told
   * @param host who is told of links; called when there is the first
   */
  public RSocketSetup(
      TransportOptions options,
      SessionLimits limits,
      LongSupplier clock,
      Supplier<Carrier.Host> host) {
    this.options = options;
    this.limits = limits;
    this.clock = clock;
    this.guards = new Guards(options);
    this.host = host;
    if (FRAMES.isDebugEnabled()) {
      log.warn(
          "the logger {} is at debug or below, so messages are written to the log as they are; set"
              + " it to info",
          FRAMES.getName());
    }
  }

  public long reassemblyBytes() {
    return guards.reassemblyBytes();
  }

  public long outboundBytes() {
    return guards.outboundBytes();
  }

  /**
   * A link on a connection that was dialled; one that only checks an address needs no RSocket.
   *
   * @param kind what carries it, as {@link LinkPath} says it
   */
  public Opening dialled(Channel socket, EstablishedSession session, String kind, Dialler dialler) {
    RSocketLink link = link(socket, session, kind);
    return new Opening(
        link,
        () -> {
          if (session.check()) {
            announce(link, dialler);
          } else {
            asRequester(link, dialler);
          }
        });
  }

  private static void announce(RSocketLink link, Dialler dialler) {
    link.announce();
    dialler.opened(link);
  }

  /** A link on a connection that was accepted; it is closed at once where the host refuses it. */
  public Opening accepted(
      Channel socket, EstablishedSession session, String kind, Verdict verdict) {
    RSocketLink link = link(socket, session, kind);
    LinkEnd own = host.get().refusal(session.peer(), session.peerInstance());
    LinkEnd refusal = own == null ? end(verdict) : own;
    return new Opening(
        link,
        () -> {
          if (refusal != null) {
            link.close(CloseReason.of(refusal));
          } else {
            link.channel().send(new ControlRecord.Ready(limits));
            asResponder(link);
          }
        });
  }

  private static @Nullable LinkEnd end(Verdict verdict) {
    return switch (verdict) {
      case ACCEPT -> null;
      case BUSY -> LinkEnd.BUSY;
      case DENY, IGNORE -> LinkEnd.DENIED;
    };
  }

  private RSocketLink link(Channel socket, EstablishedSession session, String kind) {
    LinkChannel channel =
        new LinkChannel(socket, session, options, clock, guards, host.get().memory());
    LinkPath path =
        new LinkPath(
            kind,
            Channels.text(socket.remoteAddress()),
            session.isInitiator(),
            session.suite().noiseProtocol(),
            session.suite().postQuantum());
    RSocketLink link = new RSocketLink(channel, path, host, clock);
    channel.attach(link);
    return link;
  }

  /** Sends SETUP. */
  private void asRequester(RSocketLink link, Dialler dialler) {
    LinkOutput connection = link.channel().out();
    RSocketConnector.create()
        .keepAlive(KEEPALIVE, LIFETIME)
        .metadataMimeType("message/x.rsocket.composite-metadata.v0")
        .dataMimeType("application/octet-stream")
        .fragment(connection.maxFrameLength())
        .maxInboundPayloadSize(maxInbound())
        .payloadDecoder(link.decoder())
        .acceptor((setup, sending) -> Mono.just(responder(link)))
        .connect(new Connected(connection))
        .subscribe(
            socket -> {
              link.ready(socket);
              announce(link, dialler);
            },
            e -> {
              failed(link);
              dialler.notOpened(link.failures().setUp(e));
            });
  }

  /** Waits for SETUP. */
  private void asResponder(RSocketLink link) {
    LinkOutput connection = link.channel().out();
    RSocketServer.create(
            (setup, sending) -> {
              link.ready(sending);
              link.announce();
              host.get().accepted(link);
              return Mono.just(responder(link));
            })
        .fragment(connection.maxFrameLength())
        .maxInboundPayloadSize(maxInbound())
        .maxTimeToFirstFrame(options.accepting().handshakeTimeout())
        .payloadDecoder(link.decoder())
        .asConnectionAcceptor(connection.maxFrameLength())
        .apply(connection)
        .subscribe(v -> {}, e -> failed(link));
  }

  private Responder responder(RSocketLink link) {
    return new Responder(link, host.get().receiver(link));
  }

  private static void failed(RSocketLink link) {
    link.channel().close(CloseReason.fault("setup_failed"), CloseCode.PROTOCOL_ERROR);
  }

  private int maxInbound() {
    return options.limits().maxMessageBytes() + options.limits().maxMetadataBytes() + 1024;
  }

  /** RSocket's port for a connection that is there already. */
  private record Connected(LinkOutput connection) implements ClientTransport {
    @Override
    public Mono<DuplexConnection> connect() {
      return Mono.just(connection);
    }

    @Override
    public int maxFrameLength() {
      return connection.maxFrameLength();
    }
  }
}
