package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.RawFrames.C;
import static dev.parley.transport.rsocket.guard.RawFrames.N;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import dev.parley.transport.rsocket.guard.RawFrames.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameGuardDemandTest {

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void rejectsRequestNThatIsNotPositive(int n) {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.stream(1, 1));
      assertThat(fixture.violates(fixture.frames.requestN(1, n))).isEqualTo(Reason.BAD_REQUEST_N);
    }
  }

  @Test
  void passesDemandThatFitsTheWindow() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.stream(1, 256));
      assertThat(fixture.delivered().intBody()).isEqualTo(256);
    }
  }

  @Test
  void servesUnboundedDemandWindowByWindow() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.stream(1, Integer.MAX_VALUE));
      assertThat(drain(fixture, 5_000)).isEqualTo(5_000);
    }
  }

  @Test
  void losesNoDemandOfPeerThatAsksForMoreThanTheWindow() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.stream(1, 1000));
      fixture.in(fixture.frames.requestN(1, 500));
      assertThat(drain(fixture, 5_000)).isEqualTo(1500);
      fixture.in(fixture.frames.requestN(1, 700));
      assertThat(drain(fixture, 5_000)).isEqualTo(700);
    }
  }

  @Test
  void servesPeerThatAsksInSmallSteps() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.stream(1, 1));
      int sent = 0;
      for (int i = 0; i < 1000; i++) {
        fixture.in(fixture.frames.requestN(1, 3));
        sent += drain(fixture, 10);
      }
      assertThat(sent).isEqualTo(1 + 3 * 1000);
    }
  }

  /** Plays the handler: sends what was granted, at most {@code limit}; returns how much. */
  private static int drain(GuardFixture fixture, int limit) {
    int sent = 0;
    int granted = 0;
    for (; ; ) {
      while (!fixture.delivered.isEmpty()) {
        Seen frame = fixture.delivered.remove();
        granted += frame.intBody();
        assertThat(granted).isLessThanOrEqualTo(256);
      }
      if (granted == 0 || sent == limit) {
        return sent;
      }
      granted--;
      sent++;
      assertThat(fixture.out(fixture.frames.payload(1, N, 1))).isTrue();
      fixture.guard.grantDemand();
    }
  }

  @Test
  void holdsDemandBackUntilTheHandlerHasSentItsFirstItem() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.stream(1, 1));
      fixture.delivered();
      fixture.in(fixture.frames.requestN(1, 5));
      fixture.nothingHappened();
      fixture.out(fixture.frames.payload(1, N, 1));
      assertThat(fixture.guard.isDemandWaiting()).isTrue();
      fixture.guard.grantDemand();
      assertThat(fixture.delivered().intBody()).isEqualTo(5);
      assertThat(fixture.guard.isDemandWaiting()).isFalse();
    }
  }

  @Test
  void servesEachStreamOncePerGrant() {
    try (GuardFixture fixture = GuardFixture.acceptor(o -> o.demandWindow(4))) {
      fixture.in(fixture.frames.stream(1, 100));
      fixture.in(fixture.frames.stream(3, 100));
      fixture.delivered.clear();
      for (int i = 0; i < 3; i++) {
        fixture.out(fixture.frames.payload(1, N, 1));
        fixture.out(fixture.frames.payload(3, N, 1));
      }
      fixture.guard.grantDemand();
      assertThat(fixture.delivered).extracting(Seen::streamId).containsExactly(1, 3);
      assertThat(fixture.delivered).extracting(Seen::intBody).containsExactly(3, 3);
    }
  }

  @Test
  void grantsNothingToStreamThatIsOver() {
    try (GuardFixture fixture = GuardFixture.acceptor(o -> o.demandWindow(4))) {
      fixture.in(fixture.frames.stream(1, 100));
      fixture.delivered();
      for (int i = 0; i < 4; i++) {
        fixture.out(fixture.frames.payload(1, N, 1));
      }
      fixture.in(fixture.frames.cancel(1));
      fixture.delivered();
      fixture.guard.grantDemand();
      fixture.nothingHappened();
    }
  }

  @Test
  void clampsDemandOnChannelsWeOpened() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.channel(1, 1, 0));
      fixture.in(fixture.frames.requestN(1, Integer.MAX_VALUE));
      assertThat(drain(fixture, 1_000)).isEqualTo(1_000);
    }
  }

  // what the peer sends against what we asked for

  @Test
  void endsOwnStreamWhosePeerSendsMoreThanAsked() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.stream(1, 1));
      fixture.out(fixture.frames.requestN(1, 1));
      fixture.in(fixture.frames.payload(1, N, 1));
      fixture.in(fixture.frames.payload(1, N, 1));
      fixture.delivered.clear();
      fixture.in(fixture.frames.payload(1, N, 1));
      assertThat(fixture.delivered().intBody()).isEqualTo(ErrorCode.CANCELED);
      assertThat(fixture.replied().type()).isEqualTo(FrameLayout.CANCEL);
      assertThat(fixture.guard.count(GuardEvent.OVER_DEMAND)).isEqualTo(1);
      assertThat(fixture.guard.outboundStreams()).isZero();
    }
  }

  @Test
  void endsPeersChannelThatSendsMoreThanAsked() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.channel(1, 1, 0));
      fixture.delivered();
      fixture.in(fixture.frames.payload(1, N, 1));
      assertThat(fixture.delivered().type()).isEqualTo(FrameLayout.CANCEL);
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.CANCELED);
      assertThat(fixture.guard.inboundStreams()).isZero();
    }
  }

  @Test
  void takesAnyNumberOfItemsWhenWeAskedWithoutBound() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.stream(1, Integer.MAX_VALUE));
      for (int i = 0; i < 1000; i++) {
        fixture.in(fixture.frames.payload(1, N, 1));
      }
      assertThat(fixture.delivered).hasSize(1000);
    }
  }

  @Test
  void countsNoDemandForCompletion() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.stream(1, 1));
      fixture.in(fixture.frames.payload(1, N, 1));
      fixture.in(fixture.frames.payload(1, C, 0));
      assertThat(fixture.delivered).hasSize(2);
      assertThat(fixture.guard.outboundStreams()).isZero();
    }
  }
}
