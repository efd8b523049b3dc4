package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.rsocket.guard.FrameLayout;
import dev.parley.transport.rsocket.guard.RawFrames;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** How links and streams end that break a rule, as PROTOCOL.md §11.1 and §14 have it. */
@Timeout(60)
class EndsAsDocumentedTest {
  private static final Duration LONG = Duration.ofSeconds(40);
  private static final int REJECTED = 0x202;

  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private static RawPeer setUp(Started node) throws Exception {
    return RawPeer.setUp(node.address(), node.id(), TransportFixture.NETWORK);
  }

  @Test
  void theReasonArrivesThoughThePeerHasSentMore() throws Exception {
    Started bob =
        fixture.listening(
            in -> Mono.just(in.message()), o -> o.liveness(v -> v.closeTimeout(LONG)));
    String text = "x".repeat(10_000);
    for (int run = 0; run < 5; run++) {
      try (RawPeer peer = setUp(bob)) {
        peer.send(
            peer.frames()
                .data(1, FrameLayout.REQUEST_RESPONSE, FrameLayout.FLAG_FOLLOWS, new byte[55]));
        for (int i = 1; i < 200; i++) {
          peer.send(peer.request(2 * i + 1, "", text));
        }
        peer.flush();

        ControlRecord.Close close = (ControlRecord.Close) peer.nextControl();
        peer.send(ControlRecord.Close.of(CloseCode.NORMAL)).flush();

        assertThat(close.closeCode()).isEqualTo(CloseCode.LIMITS);
        assertThat(peer.hasUnreadFrames()).isFalse();
        assertThat(peer.endsInOrder()).isTrue();
      }
    }
  }

  @Test
  void anIncompleteMessageEndsWhenItsTimeIsUp() throws Exception {
    Started bob =
        fixture.listening(
            in -> Mono.just(in.message()),
            o ->
                o.liveness(v -> v.pingDead(LONG.multipliedBy(2)).pingIdle(LONG).stallTimeout(LONG))
                    .memory(m -> m.reassemblyTimeout(Duration.ofMillis(200))));
    try (RawPeer peer = setUp(bob)) {
      long started = System.nanoTime();
      peer.send(
              peer.frames()
                  .data(
                      1, FrameLayout.REQUEST_RESPONSE, FrameLayout.FLAG_FOLLOWS, new byte[20_000]))
          .flush();

      RawFrames.Seen error = peer.nextFrame();

      assertThat(error.type()).isEqualTo(FrameLayout.ERROR);
      assertThat(error.intBody()).isEqualTo(REJECTED);
      // The link looks after itself every ten seconds here.
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }
  }
}
