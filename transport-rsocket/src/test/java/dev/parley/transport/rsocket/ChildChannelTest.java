package dev.parley.transport.rsocket;

import static dev.parley.transport.rsocket.TransportFixture.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Network;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import dev.parley.carrier.InstanceId;
import dev.parley.carrier.LinkEnd;
import dev.parley.shares.Shares;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Receiver;
import dev.parley.transport.crypto.RandomSource;
import dev.parley.transport.rsocket.link.Opening;
import dev.parley.transport.rsocket.link.RSocketLink;
import dev.parley.transport.rsocket.link.RSocketSetup;
import dev.parley.transport.rsocket.socket.AcceptHandler;
import dev.parley.transport.rsocket.socket.ConnectionAdmission;
import dev.parley.transport.rsocket.socket.CryptoQueue;
import dev.parley.transport.rsocket.socket.DialHandler;
import dev.parley.transport.rsocket.socket.Handshakes;
import dev.parley.transport.session.Dial;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.FirstMessages;
import dev.parley.transport.session.SessionLimits;
import dev.parley.transport.session.SessionOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * A link on Netty channels with no socket behind them, as a relay's circuit and a QUIC stream are:
 * handshake, record layer and RSocket run on them as they are.
 */
class ChildChannelTest {
  private static final Network NETWORK = Network.open("child-channels");
  private static final LocalAddress HERE = new LocalAddress("child-channels");

  // Two ends on one loop would read within the other's flush, and Netty's LocalChannel then forgets
  // what is flushed meanwhile.
  private final EventLoopGroup loops = new DefaultEventLoopGroup(1);
  private final EventLoopGroup others = new DefaultEventLoopGroup(1);
  private final End alice = new End();
  private final End bob = new End();
  private @Nullable Channel server;

  /** One agent, without a carrier. */
  private static final class End implements Carrier.Host {
    final Identity identity = Identity.generate();
    final TransportOptions options =
        TransportOptions.builder().liveness(v -> v.closeTimeout(Duration.ofMillis(100))).build();
    final BlockingQueue<CarriedLink> accepted = new LinkedBlockingQueue<>();
    final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
    final Handshakes handshakes;
    final RSocketSetup setup;

    End() {
      SessionOptions session =
          SessionOptions.builder()
              .identity(identity)
              .network(NETWORK)
              .limits(
                  new SessionLimits(
                      options.limits().maxRecordBytes(),
                      options.limits().maxMessageBytes(),
                      options.limits().maxMetadataBytes(),
                      options.limits().maxConcurrentRequests()))
              .random(RandomSource.secure())
              .build();
      handshakes =
          new Handshakes(
              options,
              session,
              new FirstMessages(session, 100, System::nanoTime),
              NodeListener.none(),
              System::nanoTime,
              crypto(),
              crypto());
      setup = new RSocketSetup(options, session.limits(), System::nanoTime, () -> this);
    }

    private static CryptoQueue crypto() {
      return new CryptoQueue(
          Schedulers.newBoundedElastic(1, 100, "child-crypto", 60, true), System::nanoTime, 100);
    }

    void dispose() {
      handshakes.dialCrypto().dispose();
      handshakes.acceptCrypto().dispose();
    }

    @Override
    public Receiver receiver(CarriedLink link) {
      return new TransportFixture.Handler(in -> Mono.just(in.message()));
    }

    @Override
    public Shares memory() {
      return new Shares(1 << 30);
    }

    @Override
    public @Nullable LinkEnd refusal(AgentId peer, InstanceId instance) {
      return null;
    }

    @Override
    public void accepted(CarriedLink link) {
      accepted.add(link);
    }

    @Override
    public void closing(CarriedLink link) {}

    @Override
    public void suspect(CarriedLink link, boolean silent) {}

    @Override
    public void closed(CarriedLink link, String reason, boolean isOrderly) {
      closed.add(isOrderly ? "orderly" : reason);
    }
  }

  @BeforeEach
  void listen() throws Exception {
    ConnectionAdmission admission = new ConnectionAdmission(bob.options, System::nanoTime);
    server =
        new ServerBootstrap()
            .group(others)
            .channel(LocalServerChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel child) {
                    child
                        .pipeline()
                        .addLast(
                            new AcceptHandler(
                                bob.handshakes,
                                admission.accept(InetAddress.getLoopbackAddress()),
                                (socket, session, verdict) ->
                                    bob.setup.accepted(socket, session, "circuit", verdict)));
                  }
                })
            .bind(HERE)
            .sync()
            .channel();
  }

  @AfterEach
  void end() throws Exception {
    alice.dispose();
    bob.dispose();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    others.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private CarriedLink dial() {
    Sinks.One<CarriedLink> link = Sinks.one();
    DialHandler handler =
        new DialHandler(
            alice.handshakes, Dial.to(bob.identity.id()), LIMIT, new Outcome(alice.setup, link));
    new Bootstrap().group(loops).channel(LocalChannel.class).handler(handler).connect(HERE);
    return link.asMono().block(LIMIT);
  }

  private record Outcome(RSocketSetup setup, Sinks.One<CarriedLink> link)
      implements DialHandler.Outcome, RSocketSetup.Dialler {
    @Override
    public void connected() {}

    @Override
    public Opening established(Channel socket, EstablishedSession session) {
      return setup.dialled(socket, session, "circuit", this);
    }

    @Override
    public void opened(CarriedLink made) {
      link.tryEmitValue(made);
    }

    @Override
    public void notOpened(MessagingException failure) {
      link.tryEmitError(failure);
    }

    @Override
    public void failed(MessagingException failure, String outcome) {
      link.tryEmitError(failure);
    }
  }

  private CarriedLink atBob() throws InterruptedException {
    return bob.accepted.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static int echoed(CarriedLink link, int bytes) {
    return link.requestResponse(TransportFixture.request(Message.of(new byte[bytes])))
        .block(LIMIT)
        .size();
  }

  @Test
  void messagesOfAllSizesGoBothWays() throws Exception {
    CarriedLink link = dial();

    assertThat(link.peer()).isEqualTo(bob.identity.id());
    assertThat(link.path().kind()).isEqualTo("circuit");
    assertThat(echoed(link, 5)).isEqualTo(5);
    assertThat(echoed(link, 2 << 20)).isEqualTo(2 << 20);
    CarriedLink back = atBob();
    assertThat(back.peer()).isEqualTo(alice.identity.id());
    assertThat(echoed(back, 2 << 20)).isEqualTo(2 << 20);
    assertThat(back.binding()).isEqualTo(link.binding());
  }

  @Test
  void bothSidesEndItInOrder() throws Exception {
    CarriedLink link = dial();
    echoed(link, 1);

    link.drain(LinkEnd.SHUTDOWN, LIMIT).block(LIMIT);

    assertThat(alice.closed.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("orderly");
    assertThat(bob.closed.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("orderly");
  }

  /** What a relay does that goes away. */
  @Test
  void aChannelThatIsCutOffIsNoticedAtBothEnds() throws Exception {
    CarriedLink link = dial();
    CarriedLink back = atBob();

    Objects.requireNonNull(server).close().sync(); // its children live on
    assertThat(echoed(link, 1)).isEqualTo(1);
    ((RSocketLink) back).channel().socket().close().sync();

    link.onClose().block(LIMIT);
    assertThat(alice.closed.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("truncated");
    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> echoed(link, 1))
        .extracting(MessagingException::code)
        .isEqualTo(FailureCode.CONNECTION_LOST);
  }

  @Test
  void aStrangerAtTheOtherEndOfTheChannelIsFoundOut() {
    Sinks.One<CarriedLink> link = Sinks.one();
    AgentId other = Identity.generate().id();
    new Bootstrap()
        .group(loops)
        .channel(LocalChannel.class)
        .handler(
            new DialHandler(
                alice.handshakes, Dial.to(other), LIMIT, new Outcome(alice.setup, link)))
        .connect(HERE);

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> link.asMono().block(LIMIT))
        .extracting(MessagingException::code)
        .isEqualTo(FailureCode.IDENTITY_MISMATCH);
  }
}
