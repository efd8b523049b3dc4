package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.RawFrames.C;
import static dev.parley.transport.rsocket.guard.RawFrames.F;
import static dev.parley.transport.rsocket.guard.RawFrames.M;
import static dev.parley.transport.rsocket.guard.RawFrames.N;
import static dev.parley.transport.rsocket.guard.RawFrames.pattern;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import dev.parley.transport.rsocket.guard.RawFrames.Seen;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.frame.PayloadFrameCodec;
import io.rsocket.frame.RequestChannelFrameCodec;
import io.rsocket.frame.RequestResponseFrameCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameGuardReassemblyTest {
  private static final byte[] PART = pattern(200);
  private static final byte[] TAIL = pattern(3);

  @Test
  void joinsRequestIntoOneFrameThatRSocketReads() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      byte[] metadata = pattern(350);
      byte[] data = pattern(777);
      fragmented(fixture, 1, FrameLayout.REQUEST_RESPONSE, metadata, data, 100);
      Seen frame = fixture.delivered();
      assertThat(frame.flags()).isEqualTo(M);
      ByteBuf read = Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 1, 0x11, 0}, frame.body());
      assertThat(RequestResponseFrameCodec.metadata(read))
          .isEqualTo(Unpooled.wrappedBuffer(metadata));
      assertThat(RequestResponseFrameCodec.data(read)).isEqualTo(Unpooled.wrappedBuffer(data));
    }
  }

  @Test
  void joinsChannelRequestWithItsDemandAndItsCompletion() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      ByteBuf first = fixture.frames.header(1, FrameLayout.REQUEST_CHANNEL, F | M);
      first.writeInt(1000).writeMedium(100).writeBytes(pattern(100));
      fixture.in(first);
      fixture.in(fixture.frames.requestN(1, 7)); // also before the request is whole
      fixture.nothingHappened();
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | C, TAIL));
      Seen frame = fixture.delivered();
      assertThat(frame.flags()).isEqualTo(M | C);
      ByteBuf read = Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 1, 0x1D, 0x40}, frame.body());
      assertThat(RequestChannelFrameCodec.initialRequestN(read)).isEqualTo(256);
      assertThat(RequestChannelFrameCodec.metadata(read).readableBytes()).isEqualTo(100);
      assertThat(RequestChannelFrameCodec.data(read)).isEqualTo(Unpooled.wrappedBuffer(TAIL));
    }
  }

  @Test
  void joinsItemsOfOwnStreamAmongItemsOfOthers() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.stream(1, 10));
      fixture.out(fixture.frames.request(3));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | F, PART));
      fixture.in(fixture.frames.data(3, FrameLayout.PAYLOAD, N | F, PART));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, F, PART)); // N may be left out
      fixture.in(fixture.frames.data(3, FrameLayout.PAYLOAD, N | C, TAIL));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | C, TAIL));
      assertThat(fixture.delivered).extracting(Seen::streamId).containsExactly(3, 1);
      assertThat(fixture.delivered).extracting(Seen::flags).containsExactly(N | C, N | C);
      ByteBuf read =
          Unpooled.wrappedBuffer(
              new byte[] {0, 0, 0, 1, 0x28, 0x60}, fixture.delivered.getLast().body());
      assertThat(PayloadFrameCodec.data(read)).isEqualTo(Unpooled.wrappedBuffer(PART, PART, TAIL));
      assertThat(fixture.guard.outboundStreams()).isZero();
    }
  }

  @Test
  void joinsFireAndForgetAndForgetsIt() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fragmented(fixture, 1, FrameLayout.REQUEST_FNF, new byte[0], pattern(500), 100);
      assertThat(fixture.delivered().type()).isEqualTo(FrameLayout.REQUEST_FNF);
      assertThat(fixture.guard.inboundStreams()).isZero();
    }
  }

  /** Fragments as rsocket-java does: metadata first, every fragment but the last one full. */
  private static void fragmented(
      GuardFixture fixture, int streamId, int type, byte[] metadata, byte[] data, int size) {
    ByteBuf m = Unpooled.wrappedBuffer(metadata);
    ByteBuf d = Unpooled.wrappedBuffer(data);
    boolean first = true;
    while (first || m.isReadable() || d.isReadable()) {
      int room = size;
      boolean withMetadata = m.isReadable();
      ByteBuf frame = fixture.frames.header(streamId, first ? type : FrameLayout.PAYLOAD, 0);
      if (withMetadata) {
        int part = Math.min(room, m.readableBytes());
        frame.writeMedium(part).writeBytes(m, part);
        room -= part;
      }
      frame.writeBytes(d, Math.min(room, d.readableBytes()));
      boolean follows = m.isReadable() || d.isReadable();
      int flags = (first ? 0 : N) | (withMetadata ? M : 0) | (follows ? F : 0);
      frame.setShort(4, frame.getUnsignedShort(4) | flags);
      fixture.in(frame);
      first = false;
    }
  }

  // malformed fragments

  @Test
  void rejectsFragmentBelowTheMinimumUnlessLast() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      ByteBuf small = fixture.frames.data(1, FrameLayout.REQUEST_RESPONSE, F, pattern(57));
      assertThat(fixture.violates(small)).isEqualTo(Reason.FRAGMENT_TOO_SMALL);
    }
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.data(1, FrameLayout.REQUEST_RESPONSE, F, pattern(58)));
      ByteBuf small = fixture.frames.data(1, FrameLayout.PAYLOAD, N | F, pattern(57));
      assertThat(fixture.violates(small)).isEqualTo(Reason.FRAGMENT_TOO_SMALL);
      assertThat(Reason.FRAGMENT_TOO_SMALL.isLimit()).isTrue();
    }
  }

  @Test
  void rejectsMetadataAfterData() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.both(1, FrameLayout.REQUEST_RESPONSE, F, pattern(60), pattern(1)));
      ByteBuf late = fixture.frames.both(1, FrameLayout.PAYLOAD, N, pattern(1), pattern(1));
      assertThat(fixture.violates(late)).isEqualTo(Reason.BAD_FRAGMENT);
    }
  }

  @Test
  void rejectsMetadataThatTheFirstFragmentDidNotAnnounce() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.data(1, FrameLayout.REQUEST_RESPONSE, F, PART));
      ByteBuf late = fixture.frames.both(1, FrameLayout.PAYLOAD, N, pattern(1), pattern(1));
      assertThat(fixture.violates(late)).isEqualTo(Reason.BAD_FRAGMENT);
    }
  }

  @Test
  void rejectsFragmentedItemThatIsNeitherItemNorEnd() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.request(1));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, F, PART));
      ByteBuf last = fixture.frames.data(1, FrameLayout.PAYLOAD, 0, TAIL);
      assertThat(fixture.violates(last)).isEqualTo(Reason.BAD_FLAGS);
    }
  }

  @Test
  void rejectsRequestOnTheIdBeingReassembled() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.data(1, FrameLayout.REQUEST_RESPONSE, F, PART));
      assertThat(fixture.violates(fixture.frames.request(1))).isEqualTo(Reason.STREAM_ID_REUSED);
    }
  }

  // limits

  @Test
  void refusesRequestThatGrowsTooLargeOnceAndSwallowsTheRest() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.data(1, FrameLayout.REQUEST_RESPONSE, F, pattern(5_000)));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | F, pattern(5_000)));
      fixture.nothingHappened();
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | F, pattern(64)));
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
      assertThat(fixture.guard.reassemblyBytes()).isZero();
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | F, pattern(5_000)));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N, pattern(5_000)));
      fixture.nothingHappened();
      assertThat(fixture.guard.count(GuardEvent.MESSAGE_TOO_LARGE)).isEqualTo(1);
    }
  }

  @Test
  void takesMessageOfExactlyTheLimit() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(
          fixture.frames.both(1, FrameLayout.REQUEST_RESPONSE, F, pattern(1_000), pattern(5_000)));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N, pattern(5_000)));
      assertThat(fixture.delivered().body()).hasSize(3 + 11_000);
    }
  }

  @Test
  void refusesUnfragmentedRequestOverTheLimit() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.data(1, FrameLayout.REQUEST_STREAM, 0, oneAnd(10_001)));
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
      fixture.in(fixture.frames.both(3, FrameLayout.REQUEST_RESPONSE, 0, pattern(1_001), TAIL));
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
      fixture.in(fixture.frames.data(5, FrameLayout.REQUEST_FNF, 0, pattern(10_001)));
      fixture.nothingHappened();
      assertThat(fixture.guard.count(GuardEvent.DROPPED_FIRE_AND_FORGET)).isEqualTo(1);
      assertThat(fixture.guard.inboundStreams()).isZero();
    }
  }

  private static byte[] oneAnd(int bytes) {
    byte[] body = new byte[4 + bytes];
    body[3] = 1;
    return body;
  }

  @Test
  void endsOwnStreamWhoseItemIsTooLarge() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.request(1));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | F, pattern(9_000)));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | F, pattern(9_000)));
      assertThat(fixture.delivered().intBody()).isEqualTo(ErrorCode.ANSWER_TOO_LARGE);
      assertThat(fixture.replied().type()).isEqualTo(FrameLayout.CANCEL);
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | C, pattern(9_000)));
      fixture.nothingHappened();
      assertThat(fixture.guard.outboundStreams()).isZero();
    }
  }

  @Test
  void endsPeersChannelWhoseItemIsTooLarge() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.channel(1, 1, 0));
      fixture.delivered();
      fixture.out(fixture.frames.requestN(1, 1));
      fixture.in(fixture.frames.payload(1, N, 10_001));
      assertThat(fixture.delivered().type()).isEqualTo(FrameLayout.CANCEL);
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    }
  }

  @Test
  void cancelsTooLargeItemsOfChannelWhoseAnswersAreComplete() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.channel(1, 1, 0));
      fixture.delivered();
      fixture.out(fixture.frames.requestN(1, 1));
      fixture.out(fixture.frames.payload(1, C, 0));
      fixture.in(fixture.frames.payload(1, N, 10_001));
      assertThat(fixture.replied().type()).isEqualTo(FrameLayout.CANCEL);
      assertThat(fixture.guard.inboundStreams()).isZero();
    }
  }

  @Test
  void refusesFragmentedRequestsBeyondTheBudgetOfTheConnection() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      for (int id = 1; id <= 5; id += 2) {
        fixture.in(fixture.frames.data(id, FrameLayout.REQUEST_RESPONSE, F, pattern(4_900)));
      }
      fixture.nothingHappened();
      assertThat(fixture.guard.reassemblyBytes()).isBetween(29_000L, 30_000L);
      fixture.in(fixture.frames.data(7, FrameLayout.REQUEST_RESPONSE, F, pattern(4_900)));
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.REJECTED);
      assertThat(fixture.guard.inboundStreams()).isEqualTo(3);
      fixture.in(fixture.frames.cancel(1));
      fixture.nothingHappened();
      fixture.in(fixture.frames.data(9, FrameLayout.REQUEST_RESPONSE, F, pattern(4_900)));
      fixture.nothingHappened();
      assertThat(fixture.guard.count(GuardEvent.NO_REASSEMBLY_MEMORY)).isEqualTo(1);
    }
  }

  @Test
  void refusesFragmentedMessagesBeyondTheBudgetOfTheNode() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      List<Share> others = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Share other = fixture.memory.open(Origin.of(null, i));
        others.add(other);
        while (other.take(1024)) {}
        while (other.take(1)) {}
      }
      assertThat(fixture.memory.taken()).isEqualTo(fixture.memory.capacity());
      fixture.out(fixture.frames.request(1));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | F, PART));
      // the request may have been executed, so it is not "rejected"
      assertThat(fixture.delivered().intBody()).isEqualTo(ErrorCode.CANCELED);
      assertThat(fixture.replied().type()).isEqualTo(FrameLayout.CANCEL);
      others.forEach(other -> other.give(other.used()));
    }
  }

  @Test
  void endsMessagesThatRunOutOfTime() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      assertThat(fixture.guard.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
      long start = fixture.now;
      fixture.in(fixture.frames.data(1, FrameLayout.REQUEST_RESPONSE, F, PART));
      fixture.now += 4 * GuardFixture.SECOND;
      fixture.in(fixture.frames.data(3, FrameLayout.REQUEST_FNF, F, PART));
      assertThat(fixture.guard.nextDeadlineNanos()).isEqualTo(start + 10 * GuardFixture.SECOND);
      fixture.now = start + 10 * GuardFixture.SECOND - 1;
      fixture.guard.onTimer(fixture.now);
      fixture.nothingHappened();
      fixture.now++;
      fixture.guard.onTimer(fixture.now);
      assertThat(fixture.replied().intBody()).isEqualTo(ErrorCode.REJECTED);
      assertThat(fixture.guard.nextDeadlineNanos()).isEqualTo(start + 14 * GuardFixture.SECOND);
      fixture.guard.onTimer(start + 20 * GuardFixture.SECOND);
      fixture.nothingHappened();
      assertThat(fixture.guard.count(GuardEvent.REASSEMBLY_TIMEOUT)).isEqualTo(2);
      assertThat(fixture.guard.inboundStreams()).isZero();
    }
  }

  @Test
  void forgetsHalfOfMessageWhenEitherSideEndsTheStream() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.request(1));
      fixture.out(fixture.frames.stream(3, 1));
      fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, N | F, PART));
      fixture.in(fixture.frames.data(3, FrameLayout.PAYLOAD, N | F, PART));
      fixture.out(fixture.frames.cancel(1));
      fixture.in(fixture.frames.error(3, 0x201, "x"));
      assertThat(fixture.guard.reassemblyBytes()).isZero();
      assertThat(fixture.delivered().type()).isEqualTo(FrameLayout.ERROR);
    }
  }

  @Test
  void copiesEachByteLittleMoreThanOnce() {
    try (GuardFixture fixture =
        GuardFixture.acceptor(
            o -> o.maxMessageBytes(900_000).minFragmentBytes(64).maxReassemblyBytes(1_000_000))) {
      byte[] data = pattern(800_000);
      fixture.in(fixture.frames.data(1, FrameLayout.REQUEST_RESPONSE, F, Arrays.copyOf(data, 58)));
      long capacity = fixture.guard.reassemblyBytes();
      int growths = 0;
      for (int at = 58; at < data.length; at += 58) {
        int end = Math.min(at + 58, data.length);
        boolean last = end == data.length;
        byte[] part = Arrays.copyOfRange(data, at, end);
        fixture.in(fixture.frames.data(1, FrameLayout.PAYLOAD, last ? N : N | F, part));
        if (!last && fixture.guard.reassemblyBytes() != capacity) {
          assertThat(fixture.guard.reassemblyBytes()).isGreaterThan(capacity);
          capacity = fixture.guard.reassemblyBytes();
          growths++;
        }
      }
      assertThat(growths).as("reallocations of a buffer that doubles").isLessThan(15);
      assertThat(fixture.delivered().body()).isEqualTo(data);
    }
  }
}
