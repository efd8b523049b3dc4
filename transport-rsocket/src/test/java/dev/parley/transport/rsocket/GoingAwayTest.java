package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.spi.Link;
import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.rsocket.guard.ErrorCode;
import dev.parley.transport.rsocket.guard.RawFrames;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.SessionLimits;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A link that goes away, seen byte by byte by its peer. */
class GoingAwayTest {
  private static final Duration LIMIT = TransportFixture.LIMIT;

  private final TransportFixture fixture = new TransportFixture();
  private final Started bob = fixture.listening(in -> Mono.just(in.message()));

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Both may say CLOSE at the same time, and neither then waits for what will not come. */
  @Test
  void endsTheConnectionWhenBothHaveSaidClose() throws Exception {
    Started patient =
        fixture.listening(
            in -> Mono.just(in.message()),
            o -> o.liveness(v -> v.closeTimeout(Duration.ofMinutes(1))));
    try (RawPeer peer = setUp(patient, SessionLimits.defaults())) {
      patient.transport().links().iterator().next().closeGracefully(LIMIT).subscribe();
      peer.send(new ControlRecord.GoAway(0)).flush();
      assertThat(peer.nextControl()).isInstanceOf(ControlRecord.GoAway.class);
      assertThat(peer.nextControl()).isInstanceOf(ControlRecord.Close.class);

      peer.send(ControlRecord.Close.of(CloseCode.NORMAL)).flush();

      peer.socket().setSoTimeout((int) LIMIT.toMillis());
      assertThat(peer.socket().getInputStream().read()).isEqualTo(-1);
    }
  }

  /** A CLOSE alone would not tell which request was the last that was taken. */
  @Test
  void answersAGoAwayBeforeItCloses() throws Exception {
    try (RawPeer peer = setUp(SessionLimits.defaults())) {
      peer.send(new ControlRecord.GoAway(0)).flush();

      assertThat(peer.nextControl()).isEqualTo(new ControlRecord.GoAway(0));
      assertThat(peer.nextControl()).isInstanceOf(ControlRecord.Close.class);
    }
  }

  private RawPeer setUp(SessionLimits limits) throws Exception {
    return setUp(bob, limits);
  }

  private static RawPeer setUp(Started bob, SessionLimits limits) throws Exception {
    RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK);
    peer.send(new ControlRecord.Limits(limits)).send(new ControlRecord.Ping(1)).flush();
    assertThat(peer.nextControl()).isEqualTo(new ControlRecord.Pong(1));
    return peer;
  }

  /** The peer may close as soon as both have said GOAWAY, so nothing may be on its way then. */
  @Test
  void sendsNoRequestBehindItsGoAway() throws Exception {
    try (RawPeer peer = setUp(new SessionLimits(32_768, 1 << 20, 65_536, 1))) {
      Link link = bob.transport().links().iterator().next();
      Mono<Message> first = request(link, "first");
      Mono<Message> waiting = request(link, "waiting");
      RawFrames.Seen request = peer.nextFrame();

      link.closeGracefully(TransportFixture.LIMIT).subscribe();
      assertThat(peer.nextControl()).isInstanceOf(ControlRecord.GoAway.class);
      peer.send(peer.frames().response(request.streamId(), RawFrames.bytes("answer"))).flush();

      assertThat(first.block(TransportFixture.LIMIT).text()).isEqualTo("answer");
      assertThatThrownBy(() -> waiting.block(TransportFixture.LIMIT))
          .isInstanceOfSatisfying(
              MessagingException.class,
              e -> {
                assertThat(e.code()).isEqualTo(FailureCode.SHUT_DOWN);
                assertThat(e.executed()).isEqualTo(Executed.NO);
              });
      peer.send(new ControlRecord.GoAway(0)).flush();
      assertThat(((ControlRecord.Close) peer.lastControl()).closeCode())
          .isEqualTo(CloseCode.SHUTDOWN);
      assertThat(peer.hasUnreadFrames()).isFalse();
    }
  }

  @Test
  void refusesARequestThatCrossesItsGoAway() throws Exception {
    try (RawPeer peer = setUp(SessionLimits.defaults())) {
      bob.transport().links().iterator().next().closeGracefully(TransportFixture.LIMIT).subscribe();
      assertThat(peer.nextControl()).isEqualTo(new ControlRecord.GoAway(0));

      peer.send(peer.request(1, "", "late")).flush();

      RawFrames.Seen refusal = peer.nextFrame();
      assertThat(refusal.streamId()).isEqualTo(1);
      assertThat(refusal.intBody()).isEqualTo(ErrorCode.SHUT_DOWN);
    }
  }

  /** An end in order would tell whoever dials that another identity listens here. */
  @Test
  void aNodeThatClosesResetsWhoIsStillShakingHands() throws Exception {
    try (RawPeer peer = RawPeer.connect(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      bob.transport().close().block(TransportFixture.LIMIT);

      assertThat(peer.endsInOrder()).isFalse();
    }
  }

  private static Mono<Message> request(Link link, String text) {
    Mono<Message> answer =
        link.requestResponse(TransportFixture.request(Message.text(text))).cache();
    answer.subscribe(m -> {}, e -> {});
    return answer;
  }
}
