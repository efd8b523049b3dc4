package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.links.LinkOptions;
import dev.parley.links.Links;
import dev.parley.messenger.Messenger;
import dev.parley.shares.Shares;
import dev.parley.transport.rsocket.guard.FrameLayout;
import dev.parley.transport.rsocket.guard.RawFrames;
import dev.parley.transport.session.Dial;
import dev.parley.transport.session.InitiatorHandshake;
import dev.parley.transport.session.SessionOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Each limit that all peers of a node share is filled, from one address and from all addresses of a
 * network, with as many keys; then a peer comes from elsewhere, and is served within twice what it
 * takes without the attack. The limits of one address are out of the way: they would stop the first
 * kind, and not the second.
 */
@Timeout(60)
class SharesUnderAttackTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int MIB = 1 << 20;
  private static final int FRAGMENT = 24 * 1024;
  private static final int MANY = 1_000_000;
  private static final int TURNS = 5;
  private static final int REQUESTS = 100;

  /** What a busy machine of two cores adds by itself; less than that tells nothing of shares. */
  private static final long FLOOR_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  private final Identity identity = Identity.generate();
  private final List<Closeable> attackers = new ArrayList<>();
  private int hosts;
  private Messenger node;
  private Address address;

  @BeforeEach
  void start() {
    Shares memory = new Shares(48L * MIB);
    TransportOptions options =
        TransportOptions.builder()
            .listen(Address.tcp("127.0.0.1", 0))
            .limits(l -> l.maxConnections(100).maxConnectionsPerPrefix(MANY))
            .accepting(
                a ->
                    a.limitLoopback(true)
                        .maxHandshakes(64)
                        .maxHandshakesPerPrefix(MANY)
                        .handshakesPerSecondPerPrefix(MANY)
                        .handshakeTimeout(LIMIT))
            .memory(m -> m.maxNodeReassemblyBytes(8L * MIB).maxNodeOutboundBytes(32L * MIB))
            .build();
    RSocketCarrier carrier =
        RSocketCarrier.builder(identity, TransportFixture.NETWORK).options(options).build();
    Links links =
        Links.builder(identity.id())
            .carrier(carrier)
            .options(
                new LinkOptions(
                    options.dialling().dialStagger(),
                    options.dialling().dialBackoffMax(),
                    options.dialling().reconnectFor()))
            .memory(memory)
            .build();
    node =
        Messenger.builder(identity.id(), links).maxConcurrentHandlers(128).memory(memory).build();
    node.receive("", in -> Mono.just(in.message()));
    node.receive("never", in -> Mono.never());
    node.receive("large", in -> Mono.fromSupplier(() -> Message.of(new byte[MIB])));
    node.receiveChannels("", (first, rest) -> Flux.never());
    address = node.start().block(LIMIT).get(0);
  }

  @AfterEach
  void close() throws IOException {
    for (Closeable attacker : attackers) {
      attacker.close();
    }
    node.close().block(LIMIT);
  }

  /** What is filled. */
  enum Attack {
    HANDLERS {
      @Override
      void by(SharesUnderAttackTest test) throws Exception {
        for (int i = 0; i < 20; i++) {
          RawPeer peer = test.peer();
          for (int channel = 0; channel < 16; channel++) {
            peer.send(peer.frames().channel(2 * channel + 1, 1, 0));
          }
          peer.flush();
        }
      }
    },
    INCOMPLETE_MESSAGES {
      @Override
      void by(SharesUnderAttackTest test) throws Exception {
        for (int i = 0; i < 20; i++) {
          begin(test.peer(), "", 40);
        }
      }
    },
    REQUESTS_WITH_HANDLERS {
      @Override
      void by(SharesUnderAttackTest test) throws Exception {
        for (int i = 0; i < 20; i++) {
          RawPeer peer = test.peer();
          for (int request = 0; request < 4; request++) {
            begin(peer, "never", 40, 2 * request + 1);
            peer.send(
                    peer.frames().data(2 * request + 1, FrameLayout.PAYLOAD, 0, new byte[FRAGMENT]))
                .flush();
          }
        }
      }
    },
    UNREAD_ANSWERS {
      @Override
      void by(SharesUnderAttackTest test) throws Exception {
        for (int i = 0; i < 20; i++) {
          RawPeer peer = test.peer();
          peer.socket().setReceiveBufferSize(FRAGMENT);
          for (int request = 0; request < 16; request++) {
            peer.send(peer.request(2 * request + 1, "large", "x"));
          }
          peer.flush();
        }
      }
    },
    SILENT_CONNECTIONS {
      @Override
      void by(SharesUnderAttackTest test) throws Exception {
        for (int i = 0; i < 200; i++) {
          test.attackers.add(RawPeer.open(test.host(), test.address));
        }
      }
    },
    FIRST_MESSAGES {
      @Override
      void by(SharesUnderAttackTest test) throws Exception {
        for (int i = 0; i < 200; i++) {
          SessionOptions options =
              SessionOptions.builder()
                  .identity(Identity.generate())
                  .network(TransportFixture.NETWORK)
                  .build();
          Socket socket = RawPeer.open(test.host(), test.address);
          test.attackers.add(socket);
          socket
              .getOutputStream()
              .write(InitiatorHandshake.start(Dial.to(test.identity.id()), options).message1());
        }
      }
    },
    CONNECTIONS {
      @Override
      void by(SharesUnderAttackTest test) throws Exception {
        for (int i = 0; i < 120; i++) {
          try {
            test.peer();
          } catch (IOException e) {
            assertThat(i).as("refused from here on").isBetween(80, 99);
            return;
          }
        }
      }
    };

    abstract void by(SharesUnderAttackTest test) throws Exception;
  }

  private RawPeer elsewhere(int host) throws Exception {
    return RawPeer.setUp(
        InetAddress.getByAddress(new byte[] {127, 99, 0, (byte) host}),
        address,
        identity.id(),
        TransportFixture.NETWORK);
  }

  /** The median of some turns, each with its own 99th percentile: a machine that stops is one. */
  private static long p99Nanos(RawPeer peer) throws Exception {
    long[] turns = new long[TURNS];
    int streamId = 1001;
    for (int turn = 0; turn < TURNS; turn++) {
      long[] took = new long[REQUESTS];
      for (int i = 0; i < REQUESTS; i++) {
        long since = System.nanoTime();
        peer.send(peer.request(streamId, "", "hello")).flush();
        assertThat(peer.nextFrame().type()).isEqualTo(FrameLayout.PAYLOAD);
        took[i] = System.nanoTime() - since;
        streamId += 2;
      }
      Arrays.sort(took);
      turns[turn] = took[REQUESTS - 1 - REQUESTS / 100];
    }
    Arrays.sort(turns);
    return turns[TURNS / 2];
  }

  private static void begin(RawPeer peer, String route, int fragments) throws Exception {
    begin(peer, route, fragments, 1);
  }

  /** Sends a message but for its end. */
  private static void begin(RawPeer peer, String route, int fragments, int streamId)
      throws Exception {
    byte[] metadata = RawPeer.route(route);
    byte[] data = new byte[FRAGMENT];
    int first = FrameLayout.REQUEST_RESPONSE;
    int follows = FrameLayout.FLAG_FOLLOWS;
    peer.send(peer.frames().both(streamId, first, follows, metadata, data));
    for (int i = 1; i < fragments; i++) {
      peer.send(peer.frames().data(streamId, FrameLayout.PAYLOAD, follows, data));
    }
    peer.flush();
  }

  private InetAddress host() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 66, 0, (byte) (1 + hosts++ % spread)});
  }

  private int spread;

  private RawPeer peer() throws Exception {
    RawPeer peer = RawPeer.setUp(host(), address, identity.id(), TransportFixture.NETWORK);
    attackers.add(peer.socket());
    return peer;
  }

  @ParameterizedTest
  @EnumSource(Attack.class)
  void ofOneAddress(Attack attack) throws Exception {
    spread = 1;
    aPeerFromElsewhereIsServed(attack);
  }

  @ParameterizedTest
  @EnumSource(Attack.class)
  void ofAWholeNetwork(Attack attack) throws Exception {
    spread = 250;
    aPeerFromElsewhereIsServed(attack);
  }

  private void aPeerFromElsewhereIsServed(Attack attack) throws Exception {
    long idle;
    try (RawPeer alone = elsewhere(1)) {
      idle = p99Nanos(alone);
    }
    attack.by(this);

    try (RawPeer honest = elsewhere(2)) {
      assertThat(p99Nanos(honest))
          .as("an answer, when it took %d ns without the attack", idle)
          .isLessThanOrEqualTo(Math.max(2 * idle, FLOOR_NANOS));
    }

    InetAddress elsewhere = InetAddress.getByAddress(new byte[] {127, 99, 0, 1});
    try (RawPeer honest =
        RawPeer.setUp(elsewhere, address, identity.id(), TransportFixture.NETWORK)) {
      for (int i = 0; i < 20; i++) {
        honest.send(honest.request(2 * i + 1, "", "hello")).flush();
        assertThat(honest.nextFrame().type()).isEqualTo(FrameLayout.PAYLOAD);
      }
      begin(honest, "", 4, 101);
      honest.send(honest.frames().data(101, FrameLayout.PAYLOAD, 0, new byte[1000])).flush();
      RawFrames.Seen answer = honest.nextFrame();
      assertThat(answer.type()).isEqualTo(FrameLayout.PAYLOAD);
    }
  }
}
