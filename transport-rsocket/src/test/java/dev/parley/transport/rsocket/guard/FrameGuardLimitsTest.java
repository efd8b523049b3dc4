package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.RawFrames.F;
import static dev.parley.transport.rsocket.guard.RawFrames.N;
import static dev.parley.transport.rsocket.guard.RawFrames.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FrameGuardLimitsTest {

  @Test
  void refusesRequestsBeyondTheConcurrencyCap() {
    try (GuardFixture fixture = GuardFixture.acceptor(o -> o.maxInboundStreams(3))) {
      fixture.in(fixture.frames.request(1));
      fixture.in(fixture.frames.stream(3, 1));
      fixture.in(fixture.frames.data(5, FrameLayout.REQUEST_FNF, F, new byte[64]));
      assertThat(fixture.guard.inboundStreams()).isEqualTo(3);
      assertThat(fixture.delivered).hasSize(2);
      fixture.delivered.clear();

      fixture.in(fixture.frames.channel(7, 1, 0));
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.REJECTED);
      fixture.in(fixture.frames.payload(7, N, 1)); // the peer did not know yet
      fixture.nothingHappened();

      fixture.out(fixture.frames.response(1, bytes("x")));
      fixture.in(fixture.frames.request(9));
      assertThat(fixture.delivered().streamId()).isEqualTo(9);
      assertThat(fixture.violates(fixture.frames.request(7))).isEqualTo(Reason.STREAM_ID_REUSED);
    }
  }

  @Test
  void refusesWhatAdmissionTurnsDown() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.request(1));
      fixture.in(fixture.frames.fireAndForget(3));
      assertThat(fixture.openAdmissions).isEqualTo(1); // a fire-and-forget has no end to wait for
      fixture.delivered.clear();
      fixture.admit = false;
      fixture.in(fixture.frames.request(5));
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.REJECTED);
      fixture.in(fixture.frames.fireAndForget(7));
      fixture.nothingHappened();
      assertThat(fixture.guard.count(GuardEvent.REFUSED_ADMISSION)).isEqualTo(2);
      assertThat(fixture.guard.count(GuardEvent.DROPPED_FIRE_AND_FORGET)).isEqualTo(1);
      fixture.in(fixture.frames.cancel(1));
      assertThat(fixture.openAdmissions).isZero();
    }
  }

  @Test
  void refusesRequestsOverTheRateAndTakesThemAgainLater() {
    try (GuardFixture fixture = GuardFixture.acceptor(o -> o.maxRequestsPerSecond(100))) {
      int id = -1;
      for (int i = 0; i < 100; i++) {
        fixture.in(fixture.frames.fireAndForget(id += 2));
      }
      assertThat(fixture.delivered).hasSize(100);
      fixture.delivered.clear();
      fixture.in(fixture.frames.fireAndForget(id += 2));
      fixture.nothingHappened();
      fixture.in(fixture.frames.request(id += 2));
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.REJECTED);
      assertThat(fixture.guard.count(GuardEvent.REFUSED_RATE)).isEqualTo(2);
      fixture.now += GuardFixture.SECOND / 100;
      fixture.in(fixture.frames.request(id += 2));
      fixture.delivered();
    }
  }

  @Test
  void closesConnectionAtTenTimesTheRate() {
    try (GuardFixture fixture = GuardFixture.acceptor(o -> o.maxRequestsPerSecond(100))) {
      int id = -1;
      for (int i = 0; i < 991; i++) {
        fixture.in(fixture.frames.fireAndForget(id += 2));
      }
      assertThat(fixture.violates(fixture.frames.fireAndForget(id + 2)))
          .isEqualTo(Reason.REQUEST_FLOOD);
      assertThat(Reason.REQUEST_FLOOD.isLimit()).isTrue();
    }
  }

  @Test
  void countsRapidRequestAndCancelAgainstTheRate() {
    try (GuardFixture fixture = GuardFixture.acceptor(o -> o.maxRequestsPerSecond(100))) {
      int id = -1;
      for (int i = 0; i < 500; i++) {
        fixture.in(fixture.frames.request(id += 2));
        fixture.in(fixture.frames.cancel(id));
      }
      assertThat(fixture.guard.count(GuardEvent.REFUSED_RATE)).isEqualTo(400);
      assertThat(fixture.guard.inboundStreams()).isZero();
    }
  }

  @Test
  void takesAnyRateWhenTheLimitIsOff() {
    try (GuardFixture fixture = GuardFixture.acceptor(o -> o.maxRequestsPerSecond(0))) {
      for (int id = 1; id < 100_000; id += 2) {
        fixture.in(fixture.frames.fireAndForget(id));
      }
      assertThat(fixture.delivered).hasSize(50_000);
    }
  }

  @Test
  void dropsKeepAlivesOverTheRate() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      for (int i = 0; i < 35; i++) {
        fixture.in(fixture.frames.keepAlive(true, 64));
      }
      assertThat(fixture.delivered).hasSize(30);
      assertThat(fixture.guard.count(GuardEvent.DROPPED_KEEPALIVE)).isEqualTo(5);
      fixture.now += GuardFixture.SECOND;
      fixture.in(fixture.frames.keepAlive(true, 0));
      assertThat(fixture.delivered).hasSize(31);
    }
  }

  @Test
  void closesConnectionThatFloodsKeepAlives() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      for (int i = 0; i < 291; i++) {
        fixture.in(fixture.frames.keepAlive(true, 0));
      }
      assertThat(fixture.violates(fixture.frames.keepAlive(true, 0)))
          .isEqualTo(Reason.KEEPALIVE_FLOOD);
    }
  }

  @Test
  void rejectsKeepAliveWithTooMuchData() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      assertThat(fixture.violates(fixture.frames.keepAlive(true, 65)))
          .isEqualTo(Reason.KEEPALIVE_TOO_LARGE);
    }
  }

  @Test
  void dropsMetadataPushAndClosesConnectionThatFloodsIt() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      for (int i = 0; i < 1491; i++) {
        fixture.in(fixture.frames.metadataPush(4096));
      }
      fixture.nothingHappened();
      assertThat(fixture.guard.count(GuardEvent.DROPPED_METADATA_PUSH)).isEqualTo(1491);
      assertThat(fixture.violates(fixture.frames.metadataPush(1)))
          .isEqualTo(Reason.METADATA_PUSH_FLOOD);
    }
  }

  @Test
  void rejectsMetadataPushThatIsTooLarge() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      assertThat(fixture.violates(fixture.frames.metadataPush(4097)))
          .isEqualTo(Reason.METADATA_PUSH_TOO_LARGE);
    }
  }

  @Test
  void refusesNewRequestsWhileShuttingDownAndFinishesTheOthers() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.request(1));
      fixture.in(fixture.frames.data(3, FrameLayout.REQUEST_RESPONSE, F, new byte[64]));
      fixture.guard.refuseNewRequests();
      assertThat(fixture.guard.lastAcceptedStreamId()).isEqualTo(3);
      fixture.delivered();
      fixture.in(fixture.frames.request(5));
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.SHUT_DOWN);
      fixture.in(fixture.frames.fireAndForget(7));
      fixture.nothingHappened();
      fixture.in(fixture.frames.payload(3, N, 1));
      assertThat(fixture.delivered().streamId()).isEqualTo(3);
      assertThat(fixture.guard.lastAcceptedStreamId()).isEqualTo(3);
      assertThat(fixture.guard.count(GuardEvent.REFUSED_SHUTDOWN)).isEqualTo(2);
    }
  }

  @Test
  void releasesEverythingOnClose() {
    GuardFixture fixture = GuardFixture.acceptor();
    fixture.in(fixture.frames.stream(1, 1000));
    fixture.in(fixture.frames.data(3, FrameLayout.REQUEST_RESPONSE, F, new byte[64]));
    fixture.delivered.clear();
    fixture.close(); // checks for leaks
    fixture.in(fixture.frames.request(5));
    fixture.nothingHappened();
    assertThat(fixture.out(fixture.frames.payload(1, N, 1))).isFalse();
    fixture.guard.grantDemand();
    fixture.guard.close();
    fixture.close();
  }

  @Test
  void reportsEveryOptionOutOfRangeAtOnce() {
    GuardOptions.Builder options =
        GuardOptions.builder()
            .maxInboundStreams(0)
            .demandWindow(3)
            .reassemblyTimeout(Duration.ZERO)
            .maxReassemblyBytes(4 << 20);
    assertThatThrownBy(options::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxInboundStreams is 0, must be 1..1048576")
        .hasMessageContaining("demandWindow is 3")
        .hasMessageContaining("reassemblyTimeout is 0")
        .hasMessageContaining("maxReassemblyBytes is 4194304, must be 4259853..");
  }

  @Test
  void keepsOptionsApartFromTheirBuilder() {
    GuardOptions.Builder builder = GuardOptions.defaults().toBuilder().maxInboundStreams(7);
    GuardOptions options = builder.build();
    builder.maxInboundStreams(8);
    assertThat(options.maxInboundStreams()).isEqualTo(7);
    assertThat(GuardOptions.defaults().maxInboundStreams()).isEqualTo(1024);
  }
}
