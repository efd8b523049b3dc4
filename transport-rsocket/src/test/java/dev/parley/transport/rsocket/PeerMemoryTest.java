package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Message;
import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.shares.Shares;
import dev.parley.spi.Link;
import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.rsocket.guard.FrameLayout;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a node does when the bytes that it holds for its peers run short. */
@Timeout(60)
class PeerMemoryTest {
  private static final int MIB = 1 << 20;
  private static final int FRAGMENT = 24 * 1024;

  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private Started bob() {
    fixture.memory = new Shares(8 * MIB);
    return fixture.start(in -> Mono.just(in.message()), o -> o.listen(Address.tcp("127.0.0.1", 0)));
  }

  private static RawPeer attacker(Started bob) throws Exception {
    return RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK);
  }

  /** Begins a message that is never complete. */
  private static void begin(RawPeer peer, int streamId, int fragments) throws Exception {
    int flags = FrameLayout.FLAG_FOLLOWS;
    peer.send(
        peer.frames().data(streamId, FrameLayout.REQUEST_RESPONSE, flags, new byte[FRAGMENT]));
    for (int i = 1; i < fragments; i++) {
      peer.send(peer.frames().data(streamId, FrameLayout.PAYLOAD, flags, new byte[FRAGMENT]));
    }
    peer.flush();
  }

  private void awaitTaken(long bytes) {
    Flux.interval(Duration.ofMillis(5))
        .filter(i -> fixture.memory.taken() >= bytes)
        .blockFirst(TransportFixture.LIMIT);
  }

  private static void isServed(Link link, int bytes) {
    assertThat(
            link.requestResponse(TransportFixture.request(Message.of(new byte[bytes])))
                .block(TransportFixture.LIMIT)
                .size())
        .isEqualTo(bytes);
  }

  @Test
  void incompleteMessagesOfManyIdentitiesLeaveRoomForOthers() throws Exception {
    Started bob = bob();
    Share elsewhere = fixture.memory.open(Origin.of(InetAddress.getByName("192.0.2.1"), "carol"));
    List<RawPeer> attackers = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        RawPeer peer = attacker(bob);
        attackers.add(peer);
        begin(peer, 1, 40);
      }
      awaitTaken(4 * MIB);

      assertThat(fixture.memory.taken()).isLessThan(8 * MIB);
      assertThat(elsewhere.take(64 * 1024)).isTrue();
      isServed(fixture.dialling(o -> {}).connect(bob).block(TransportFixture.LIMIT), 1000);
    } finally {
      for (RawPeer peer : attackers) {
        peer.close();
      }
    }
  }

  @Test
  void theLargestLinkIsClosedWhenNothingIsLeft() throws Exception {
    Started bob = bob();
    Link small = fixture.dialling(o -> {}).connect(bob).block(TransportFixture.LIMIT);
    RawPeer largest = attacker(bob);
    begin(largest, 1, 160);
    awaitTaken(3 * MIB);
    Share others = fixture.memory.open(Origin.of(InetAddress.getByName("192.0.2.1"), "carol"));
    while (!fixture.memory.isFull() && others.take(16 * 1024)) {
      // others take the rest
    }
    for (int i = 0; i < 200 && !fixture.memory.isFull(); i++) {
      fixture.memory.open(Origin.of(InetAddress.getByName("203.0." + i + ".1"), i)).take(16 * 1024);
    }
    assertThat(fixture.memory.isFull()).isTrue();

    isServed(small, 10); // whoever is read next finds out

    fixture.awaitClosed();
    assertThat(fixture.closedLinks).containsExactly("memory");
    isServed(small, 10);
    largest.close();
  }
}
