package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.RawFrames.C;
import static dev.parley.transport.rsocket.guard.RawFrames.F;
import static dev.parley.transport.rsocket.guard.RawFrames.I;
import static dev.parley.transport.rsocket.guard.RawFrames.M;
import static dev.parley.transport.rsocket.guard.RawFrames.N;
import static dev.parley.transport.rsocket.guard.RawFrames.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import dev.parley.transport.rsocket.guard.RawFrames.Seen;
import io.netty.buffer.ByteBuf;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameGuardProtocolTest {

  // SETUP

  @Test
  void deliversValidSetupUnchanged() {
    try (GuardFixture fixture = GuardFixture.fresh(o -> o)) {
      fixture.in(fixture.frames.setup());
      assertThat(fixture.delivered().type()).isEqualTo(FrameLayout.SETUP);
    }
  }

  @Test
  void rejectsAnyFrameBeforeSetup() {
    for (int type = 0; type < 64; type++) {
      if (type == FrameLayout.SETUP) {
        continue;
      }
      try (GuardFixture fixture = GuardFixture.fresh(o -> o)) {
        ByteBuf frame = fixture.frames.data(0, type, I, new byte[20]);
        assertThat(fixture.violates(frame)).isEqualTo(Reason.SETUP_EXPECTED);
        assertThat(fixture.delivered).isEmpty();
      }
    }
  }

  @Test
  void rejectsSecondSetup() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      assertThat(fixture.violates(fixture.frames.setup())).isEqualTo(Reason.SETUP_UNEXPECTED);
    }
  }

  @Test
  void rejectsSetupOnTheSideThatDialled() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      assertThat(fixture.violates(fixture.frames.setup())).isEqualTo(Reason.SETUP_UNEXPECTED);
    }
  }

  static Stream<Arguments> badSetups() {
    return Stream.of(
        bad("version 2.0", f -> f.setup(0x0002_0000, 20_000, 90_000, 0), Reason.BAD_SETUP),
        bad("version 1.1", f -> f.setup(0x0001_0001, 20_000, 90_000, 0), Reason.BAD_SETUP),
        bad("negative interval", f -> f.setup(0x0001_0000, -1, 90_000, 0), Reason.BAD_SETUP),
        bad("interval zero", f -> f.setup(0x0001_0000, 0, 90_000, 0), Reason.BAD_SETUP),
        bad("interval 999 ms", f -> f.setup(0x0001_0000, 999, 90_000, 0), Reason.BAD_SETUP),
        bad(
            "interval over an hour",
            f -> f.setup(0x0001_0000, 3_600_001, Integer.MAX_VALUE, 0),
            Reason.BAD_SETUP),
        bad(
            "lifetime under interval",
            f -> f.setup(0x0001_0000, 20_000, 19_999, 0),
            Reason.BAD_SETUP),
        bad("negative lifetime", f -> f.setup(0x0001_0000, 20_000, -1, 0), Reason.BAD_SETUP),
        bad("resume", f -> f.setup(0x0001_0000, 20_000, 90_000, F), Reason.BAD_SETUP),
        bad("lease", f -> f.setup(0x0001_0000, 20_000, 90_000, C), Reason.BAD_SETUP),
        bad("cut off", f -> truncated(f.setup(), 19), Reason.TRUNCATED),
        bad("cut off in a MIME type", f -> truncated(f.setup(), 24), Reason.TRUNCATED),
        bad("MIME type over 127 bytes", f -> mime(f, 128), Reason.BAD_SETUP),
        bad("MIME type beyond the frame", f -> mime(f, 127), Reason.TRUNCATED),
        bad(
            "metadata beyond the frame",
            f -> f.setup(0x0001_0000, 20_000, 90_000, M).writeMedium(1),
            Reason.BAD_METADATA_LENGTH),
        bad(
            "metadata without a length",
            f -> f.setup(0x0001_0000, 20_000, 90_000, M).writeShort(1),
            Reason.TRUNCATED),
        bad(
            "metadata over the limit",
            f -> f.setup(0x0001_0000, 20_000, 90_000, M).writeMedium(1001).writeZero(1001),
            Reason.BAD_SETUP),
        bad("data over the limit", f -> f.setup().writeZero(10_001), Reason.BAD_SETUP));
  }

  private static Arguments bad(String what, Function<RawFrames, ByteBuf> frame, Reason reason) {
    return Arguments.of(what, frame, reason);
  }

  private static ByteBuf truncated(ByteBuf frame, int bytes) {
    return frame.writerIndex(bytes);
  }

  private static ByteBuf mime(RawFrames frames, int length) {
    ByteBuf frame = frames.setup();
    return frame.setByte(18, length);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badSetups")
  void rejectsSetupWith(String what, Function<RawFrames, ByteBuf> frame, Reason reason) {
    try (GuardFixture fixture = GuardFixture.fresh(o -> o)) {
      assertThat(fixture.violates(frame.apply(fixture.frames))).isEqualTo(reason);
      fixture.nothingHappened();
    }
  }

  @Test
  void acceptsSetupAtTheBounds() {
    for (int[] interval : new int[][] {{1000, 1000}, {3_600_000, Integer.MAX_VALUE}}) {
      try (GuardFixture fixture = GuardFixture.fresh(o -> o)) {
        fixture.in(fixture.frames.setup(0x0001_0000, interval[0], interval[1], 0));
        fixture.delivered();
      }
    }
  }

  // types, streams, flags

  static Stream<Arguments> malformed() {
    return Stream.of(
        bad("five bytes", f -> truncated(f.request(1), 5), Reason.TRUNCATED),
        bad("empty", f -> truncated(f.request(1), 0), Reason.TRUNCATED),
        bad("reserved bit", f -> f.request(0x8000_0001), Reason.RESERVED_BIT),
        bad("reserved bit alone", f -> f.cancel(0x8000_0000), Reason.RESERVED_BIT),
        bad("lease", f -> f.header(0, FrameLayout.LEASE, I).writeZero(8), Reason.FORBIDDEN_TYPE),
        bad("resume", f -> f.header(0, FrameLayout.RESUME, I), Reason.FORBIDDEN_TYPE),
        bad("resume ok", f -> f.header(0, FrameLayout.RESUME_OK, I), Reason.FORBIDDEN_TYPE),
        bad("lease on a stream", f -> f.header(1, FrameLayout.LEASE, 0), Reason.FORBIDDEN_TYPE),
        bad("type 0", f -> f.header(0, 0, 0), Reason.UNKNOWN_TYPE),
        bad("unknown type", f -> f.header(1, 0x20, 0), Reason.UNKNOWN_TYPE),
        bad("extension", f -> f.header(1, 0x3F, 0).writeInt(1), Reason.UNKNOWN_TYPE),
        bad("request on 0", f -> f.request(0), Reason.WRONG_STREAM),
        bad("payload on 0", f -> f.payload(0, N, 1), Reason.WRONG_STREAM),
        bad("cancel on 0", f -> f.cancel(0), Reason.WRONG_STREAM),
        bad("request n on 0", f -> f.requestN(0, 1), Reason.WRONG_STREAM),
        bad("setup on a stream", f -> f.header(1, FrameLayout.SETUP, 0), Reason.WRONG_STREAM),
        bad(
            "keep-alive on a stream",
            f -> f.header(1, FrameLayout.KEEPALIVE, 0).writeLong(0),
            Reason.WRONG_STREAM),
        bad(
            "metadata push on a stream",
            f -> f.header(2, FrameLayout.METADATA_PUSH, M),
            Reason.WRONG_STREAM),
        bad("request on our parity", f -> f.request(2), Reason.WRONG_PARITY),
        bad("stream on our parity", f -> f.stream(2, 1), Reason.WRONG_PARITY),
        bad("payload never opened", f -> f.payload(1, N, 1), Reason.STREAM_NEVER_OPENED),
        bad("cancel never opened", f -> f.cancel(7), Reason.STREAM_NEVER_OPENED),
        bad("error never opened", f -> f.error(1, 0x201, ""), Reason.STREAM_NEVER_OPENED),
        bad("request n never opened", f -> f.requestN(1, 1), Reason.STREAM_NEVER_OPENED),
        bad("answer never asked", f -> f.payload(2, N | C, 1), Reason.STREAM_NEVER_OPENED),
        bad("error never asked", f -> f.error(2, 0x201, ""), Reason.STREAM_NEVER_OPENED),
        bad("short keep-alive", f -> f.header(0, FrameLayout.KEEPALIVE, 0), Reason.TRUNCATED),
        bad("short error", f -> f.header(0, FrameLayout.ERROR, 0).writeShort(1), Reason.TRUNCATED),
        bad("short error on a stream", f -> f.header(1, FrameLayout.ERROR, 0), Reason.TRUNCATED),
        bad("short request n", f -> f.header(1, FrameLayout.REQUEST_N, 0), Reason.TRUNCATED),
        bad("short stream", f -> truncated(f.stream(1, 1), 9), Reason.TRUNCATED),
        bad("stream n 0", f -> f.stream(1, 0), Reason.BAD_REQUEST_N),
        bad("stream n negative", f -> f.stream(1, -1), Reason.BAD_REQUEST_N),
        bad("channel n 0", f -> f.channel(1, 0, 0), Reason.BAD_REQUEST_N),
        bad("channel n least", f -> f.channel(1, Integer.MIN_VALUE, 0), Reason.BAD_REQUEST_N),
        bad(
            "metadata beyond the frame",
            f -> f.header(1, FrameLayout.REQUEST_RESPONSE, M).writeMedium(5).writeInt(0),
            Reason.BAD_METADATA_LENGTH),
        bad(
            "giant metadata length",
            f -> f.header(1, FrameLayout.REQUEST_FNF, M).writeMedium(0xFFFFFF).writeInt(0),
            Reason.BAD_METADATA_LENGTH),
        bad(
            "metadata length cut off",
            f -> f.header(1, FrameLayout.REQUEST_RESPONSE, M).writeShort(5),
            Reason.TRUNCATED),
        bad(
            "stream metadata length cut off",
            f -> f.header(1, FrameLayout.REQUEST_STREAM, M).writeInt(1).writeShort(5),
            Reason.TRUNCATED),
        bad(
            "keep-alive with metadata",
            f -> f.header(0, FrameLayout.KEEPALIVE, M).writeLong(0),
            Reason.BAD_FLAGS),
        bad("error with metadata", f -> f.header(1, 0x0B, M).writeInt(1), Reason.BAD_FLAGS),
        bad("cancel with metadata", f -> f.header(1, 0x09, M), Reason.BAD_FLAGS),
        bad("request n with metadata", f -> f.header(1, 0x08, M).writeInt(1), Reason.BAD_FLAGS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void rejects(String what, Function<RawFrames, ByteBuf> frame, Reason reason) {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      assertThat(fixture.violates(frame.apply(fixture.frames))).isEqualTo(reason);
      fixture.nothingHappened();
    }
  }

  @Test
  void dropsEverythingAfterViolation() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.violates(fixture.frames.request(2));
      fixture.in(fixture.frames.request(1));
      fixture.nothingHappened();
      assertThat(fixture.out(fixture.frames.request(2))).isFalse();
    }
  }

  @Test
  void ignoresExtensionAndUnknownTypesMarkedAsIgnorable() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.header(0, 0x3F, I).writeInt(7));
      fixture.in(fixture.frames.header(1, 0x20, I));
      fixture.in(fixture.frames.header(2, 0x20, I));
      fixture.nothingHappened();
      assertThat(fixture.guard.count(GuardEvent.DROPPED_EXTENSION)).isEqualTo(3);
    }
  }

  @Test
  void rejectsPayloadThatIsNeitherItemNorEnd() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.request(1));
      assertThat(fixture.violates(fixture.frames.payload(1, 0, 5))).isEqualTo(Reason.BAD_FLAGS);
    }
  }

  // stream ids

  @Test
  void rejectsReusedIdOfOpenStream() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.request(1));
      assertThat(fixture.violates(fixture.frames.request(1))).isEqualTo(Reason.STREAM_ID_REUSED);
      fixture.delivered();
    }
  }

  @Test
  void rejectsReusedIdOfEndedStream() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.request(1));
      fixture.in(fixture.frames.request(3));
      fixture.out(fixture.frames.response(1, bytes("x")));
      assertThat(fixture.violates(fixture.frames.stream(1, 1))).isEqualTo(Reason.STREAM_ID_REUSED);
    }
  }

  @Test
  void acceptsRequestsThatOvertookEachOtherOnTheSendingSide() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.request(5));
      fixture.in(fixture.frames.request(1));
      fixture.in(fixture.frames.request(3));
      assertThat(fixture.delivered).extracting(Seen::streamId).containsExactly(5, 1, 3);
      assertThat(fixture.guard.lastAcceptedStreamId()).isEqualTo(5);
      assertThat(fixture.violates(fixture.frames.request(3))).isEqualTo(Reason.STREAM_ID_REUSED);
    }
  }

  @Test
  void refusesRequestWhoseIdLiesTooFarBack() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.fireAndForget(5));
      fixture.in(fixture.frames.fireAndForget(5 + 2 * 2 * StreamIds.WINDOW));
      fixture.delivered.clear();
      fixture.in(fixture.frames.request(3));
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.REJECTED);
      assertThat(fixture.delivered).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {FrameLayout.PAYLOAD, FrameLayout.CANCEL, FrameLayout.ERROR, 0x08})
  void dropsFramesForPeerStreamThatIsOver(int type) {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.request(3));
      fixture.out(fixture.frames.response(3, bytes("x")));
      fixture.delivered();
      fixture.in(fixture.frames.data(3, type, type == FrameLayout.PAYLOAD ? N : 0, one()));
      fixture.in(fixture.frames.data(1, type, type == FrameLayout.PAYLOAD ? N : 0, one()));
      fixture.nothingHappened();
      assertThat(fixture.guard.count(GuardEvent.DROPPED_STREAM_OVER)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {FrameLayout.PAYLOAD, FrameLayout.CANCEL, FrameLayout.ERROR, 0x08})
  void dropsFramesForOwnStreamThatIsOver(int type) {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.request(1));
      fixture.out(fixture.frames.cancel(1));
      fixture.in(fixture.frames.data(1, type, type == FrameLayout.PAYLOAD ? N : 0, one()));
      fixture.nothingHappened();
    }
  }

  private static byte[] one() {
    return new byte[] {0, 0, 0, 1};
  }

  @Test
  void rejectsItemsOnInteractionWithoutThem() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.request(1));
      assertThat(fixture.violates(fixture.frames.payload(1, N, 1)))
          .isEqualTo(Reason.WRONG_INTERACTION);
    }
  }

  @Test
  void rejectsDemandOnRequestResponse() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.request(1));
      assertThat(fixture.violates(fixture.frames.requestN(1, 1)))
          .isEqualTo(Reason.WRONG_INTERACTION);
    }
  }

  @Test
  void rejectsDemandFromTheResponderOfStream() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.stream(1, 1));
      assertThat(fixture.violates(fixture.frames.requestN(1, 1)))
          .isEqualTo(Reason.WRONG_INTERACTION);
    }
  }

  // errors

  @Test
  void cutsErrorTextAtCharacterBoundary() {
    try (GuardFixture fixture = GuardFixture.initiator(o -> o.maxErrorTextBytes(5))) {
      fixture.out(fixture.frames.request(1));
      fixture.in(fixture.frames.error(1, 0x201, "aaaa\u20ac")); // the euro sign takes 3 bytes
      assertThat(fixture.delivered().body()).isEqualTo(new byte[] {0, 0, 2, 1, 97, 97, 97, 97});
      assertThat(fixture.guard.count(GuardEvent.ERROR_TEXT_CUT)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0x101, 0x205, 0x300, 0xFFFF_FFFF})
  void replacesCodeThatStreamsDoNotHave(int code) {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.request(1));
      fixture.in(fixture.frames.error(1, code, "x"));
      assertThat(fixture.delivered().intBody()).isEqualTo(ErrorCode.APPLICATION_ERROR);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x201, 0x202, 0x204, 0x301, 0x306, 0x8000_0000, 0xFFFF_FFFE})
  void keepsCodeThatStreamsHave(int code) {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.request(1));
      fixture.in(fixture.frames.error(1, code, "x"));
      assertThat(fixture.delivered().intBody()).isEqualTo(code);
      assertThat(fixture.guard.outboundStreams()).isZero();
    }
  }

  @Test
  void deliversConnectionErrorAndNothingAfterIt() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.error(0, 0x101, "x".repeat(2000)));
      assertThat(fixture.delivered().body()).hasSize(4 + 512);
      assertThat(fixture.connectionError).isEqualTo(0x101);
      fixture.in(fixture.frames.request(1));
      fixture.nothingHappened();
    }
  }

  @Test
  void turnsResponderThatCancelsIntoError() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.request(1));
      fixture.in(fixture.frames.cancel(1));
      Seen error = fixture.delivered();
      assertThat(error.type()).isEqualTo(FrameLayout.ERROR);
      assertThat(error.intBody()).isEqualTo(ErrorCode.CANCELED);
      assertThat(fixture.guard.outboundStreams()).isZero();
    }
  }
}
