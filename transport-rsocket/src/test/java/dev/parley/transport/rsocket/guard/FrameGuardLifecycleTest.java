package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.RawFrames.C;
import static dev.parley.transport.rsocket.guard.RawFrames.F;
import static dev.parley.transport.rsocket.guard.RawFrames.N;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.rsocket.guard.RawFrames.Seen;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameGuardLifecycleTest {

  /** Frames: r request, p item, q item and end, c end, e error, x cancel, upper case is ours. */
  @ParameterizedTest(name = "type {0}: {1} leaves {2}")
  @CsvSource({
    // request/response: the peer's, then ours
    "4, r, 1",
    "4, rQ, 0",
    "4, rP, 0",
    "4, rC, 0",
    "4, rE, 0",
    "4, rx, 0",
    "4, re, 0",
    "4, R, 1",
    "4, Rq, 0",
    "4, Rp, 0",
    "4, Rc, 0",
    "4, Re, 0",
    "4, RX, 0",
    "4, Rx, 0",
    // fire-and-forget
    "5, r, 0",
    "5, R, 0",
    // stream
    "6, rP, 1",
    "6, rPC, 0",
    "6, rPQ, 0",
    "6, rPE, 0",
    "6, rPx, 0",
    "6, re, 0",
    "6, Rp, 1",
    "6, Rpc, 0",
    "6, Rpq, 0",
    "6, Rpe, 0",
    "6, RpX, 0",
    "6, Rx, 0",
    // channel the peer opened
    "7, rpP, 1",
    "7, rc, 1",
    "7, rC, 1",
    "7, rcC, 0",
    "7, rCc, 0",
    "7, rqQ, 0",
    "7, re, 0",
    "7, rce, 0",
    "7, rE, 0",
    "7, rcE, 0",
    "7, rx, 0",
    "7, rCx, 0",
    "7, rcx, 0",
    "7, rX, 1",
    "7, rXC, 0",
    "7, rCX, 0",
    "7, rXx, 0",
    "7, rXe, 0",
    "7, rXcC, 0",
    // channel we opened
    "7, RPp, 1",
    "7, RC, 1",
    "7, Rc, 1",
    "7, RCc, 0",
    "7, RcC, 0",
    "7, RQq, 0",
    "7, RE, 0",
    "7, RcE, 0",
    "7, Re, 0",
    "7, RCe, 0",
    "7, Rce, 0",
    "7, RX, 0",
    "7, RcX, 0",
    "7, Rx, 1",
    "7, Rxc, 0",
    "7, Rcx, 0",
    "7, RxX, 0",
    "7, RxE, 0"
  })
  void endsStreamWhenBothDirectionsAreDone(int type, String frames, int open) {
    boolean ours = frames.startsWith("R");
    try (GuardFixture fixture = ours ? GuardFixture.initiator() : GuardFixture.acceptor()) {
      for (char step : frames.toCharArray()) {
        ByteBuf frame = frame(fixture.frames, type, Character.toLowerCase(step));
        if (Character.isUpperCase(step)) {
          fixture.out(frame);
        } else {
          fixture.in(frame);
        }
        if (step == 'r') { // so that the peer may send items
          fixture.out(fixture.frames.requestN(1, 10));
        }
      }
      assertThat(fixture.guard.inboundStreams()).isEqualTo(ours ? 0 : open);
      assertThat(fixture.guard.outboundStreams()).isEqualTo(ours ? open : 0);
      assertThat(fixture.replied).isEmpty();
    }
  }

  private static ByteBuf frame(RawFrames frames, int type, char step) {
    return switch (step) {
      case 'r' ->
          switch (type) {
            case FrameLayout.REQUEST_RESPONSE -> frames.request(1);
            case FrameLayout.REQUEST_FNF -> frames.fireAndForget(1);
            case FrameLayout.REQUEST_STREAM -> frames.stream(1, 10);
            default -> frames.channel(1, 10, 0);
          };
      case 'p' -> frames.payload(1, N, 3);
      case 'q' -> frames.payload(1, N | C, 3);
      case 'c' -> frames.payload(1, C, 0);
      case 'e' -> frames.error(1, ErrorCode.APPLICATION_ERROR, "x");
      default -> frames.cancel(1);
    };
  }

  @Test
  void startsChannelHalfClosedWhenTheRequestCompletesIt() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.channel(1, 1, C));
      fixture.delivered();
      fixture.in(fixture.frames.payload(1, N, 1));
      fixture.nothingHappened();
      fixture.out(fixture.frames.payload(1, C, 0));
      assertThat(fixture.guard.inboundStreams()).isZero();
    }
    try (GuardFixture fixture = GuardFixture.initiator()) {
      fixture.out(fixture.frames.channel(1, 1, C));
      assertThat(fixture.out(fixture.frames.payload(1, N, 1))).isFalse();
      fixture.in(fixture.frames.payload(1, C, 0));
      assertThat(fixture.guard.outboundStreams()).isZero();
    }
  }

  @Test
  void dropsItemsAfterWeCancelledThem() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.channel(1, 1, 0));
      fixture.delivered();
      fixture.out(fixture.frames.requestN(1, 10));
      assertThat(fixture.out(fixture.frames.cancel(1))).isTrue();
      fixture.in(fixture.frames.payload(1, N, 1));
      fixture.nothingHappened();
      assertThat(fixture.out(fixture.frames.payload(1, N, 1))).isTrue();
    }
  }

  @Test
  void turnsErrorAfterCompletionIntoCancel() {
    for (boolean initiator : new boolean[] {true, false}) {
      try (GuardFixture fixture = initiator ? GuardFixture.initiator() : GuardFixture.acceptor()) {
        if (initiator) {
          fixture.out(fixture.frames.channel(1, 1, 0));
        } else {
          fixture.in(fixture.frames.channel(1, 1, 0));
        }
        fixture.in(fixture.frames.payload(1, C, 0));
        fixture.delivered.clear();
        fixture.in(fixture.frames.error(1, ErrorCode.APPLICATION_ERROR, "x"));
        assertThat(fixture.delivered().type()).isEqualTo(FrameLayout.CANCEL);
      }
    }
  }

  @Test
  void turnsErrorOfChannelRequesterIntoCancel() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.channel(1, 1, 0));
      fixture.delivered();
      fixture.in(fixture.frames.error(1, ErrorCode.APPLICATION_ERROR, "x"));
      assertThat(fixture.delivered().type()).isEqualTo(FrameLayout.CANCEL);
    }
  }

  @Test
  void cancelsHalfClosedOwnChannelsBeforeTheConnectionEnds() {
    for (boolean byError : new boolean[] {true, false}) {
      try (GuardFixture fixture = GuardFixture.initiator()) {
        fixture.out(fixture.frames.channel(1, 1, 0));
        fixture.out(fixture.frames.channel(3, 1, 0));
        fixture.out(fixture.frames.request(5));
        fixture.in(fixture.frames.payload(3, C, 0));
        fixture.delivered.clear();
        if (byError) {
          fixture.in(fixture.frames.error(0, 0x101, "x"));
        } else {
          fixture.guard.close();
        }
        Seen cancel = fixture.delivered.remove();
        assertThat(cancel.type()).isEqualTo(FrameLayout.CANCEL);
        assertThat(cancel.streamId()).isEqualTo(3);
        assertThat(fixture.delivered).hasSize(byError ? 1 : 0);
      }
    }
  }

  @Test
  void dropsAnswersForStreamThePeerCancelled() {
    try (GuardFixture fixture = GuardFixture.acceptor()) {
      fixture.in(fixture.frames.request(1));
      fixture.in(fixture.frames.cancel(1));
      assertThat(fixture.out(fixture.frames.response(1, new byte[5]))).isFalse();
      assertThat(fixture.guard.count(GuardEvent.DROPPED_OUTBOUND)).isEqualTo(1);
    }
  }

  @Test
  void keepsOwnFragmentsTogether() {
    try (GuardFixture fixture = GuardFixture.initiator()) {
      for (int type : new int[] {FrameLayout.REQUEST_FNF, FrameLayout.REQUEST_RESPONSE}) {
        int id = type == FrameLayout.REQUEST_FNF ? 1 : 3;
        assertThat(fixture.out(fixture.frames.data(id, type, F, new byte[9]))).isTrue();
        assertThat(fixture.out(fixture.frames.payload(id, N | F, 9))).isTrue();
        assertThat(fixture.out(fixture.frames.payload(id, N, 9))).isTrue();
      }
      assertThat(fixture.guard.outboundStreams()).isEqualTo(1); // the request/response
    }
  }

  /**
   * Two guards face each other and both sides act at random, as honest applications may; frames
   * travel with a random delay. At the end every stream is ended; no table may hold anything.
   */
  @Test
  void forgetsEveryStreamAfterAnyLegalInterleaving() throws FrameViolation {
    for (long seed = 1; seed <= 100; seed++) {
      try (TwoEnds ends = new TwoEnds(seed)) {
        ends.run(300);
        assertThat(ends.openStreams()).as("seed %s", seed).isZero();
      }
    }
  }

  /** Runs both ends of one connection, playing rsocket-core and the application on each. */
  private static final class TwoEnds implements AutoCloseable {
    private final Random random;
    private final GuardFixture[] ends = {GuardFixture.initiator(), GuardFixture.acceptor()};
    private final List<List<ByteBuf>> wires = List.of(new ArrayList<>(), new ArrayList<>());
    private final List<Map<Integer, Integer>> demand = List.of(new HashMap<>(), new HashMap<>());
    private final int[] nextId = {1, 2};

    TwoEnds(long seed) {
      this.random = new Random(seed);
    }

    void run(int steps) throws FrameViolation {
      for (int i = 0; i < steps; i++) {
        int side = random.nextInt(2);
        switch (random.nextInt(4)) {
          case 0 -> open(side);
          case 1 -> act(side);
          default -> travel(side);
        }
      }
      for (int side = 0; side < 2; side++) {
        for (int id = 1; id < Math.max(nextId[0], nextId[1]); id++) {
          boolean own = (id & 1) == 1 - side;
          send(side, own ? frames(side).cancel(id) : frames(side).error(id, 0x201, "end"));
        }
      }
      while (!wires.get(0).isEmpty() || !wires.get(1).isEmpty()) {
        travel(random.nextInt(2));
      }
    }

    private RawFrames frames(int side) {
      return ends[side].frames;
    }

    private void open(int side) {
      int id = nextId[side];
      nextId[side] += 2;
      boolean fragmented = random.nextInt(4) == 0;
      int flags = fragmented ? F : 0;
      byte[] body = new byte[100];
      switch (random.nextInt(4)) {
        case 0 -> send(side, frames(side).data(id, FrameLayout.REQUEST_RESPONSE, flags, body));
        case 1 -> send(side, frames(side).data(id, FrameLayout.REQUEST_FNF, flags, body));
        case 2 -> send(side, withDemand(side, id, FrameLayout.REQUEST_STREAM, flags, body));
        default -> send(side, withDemand(side, id, FrameLayout.REQUEST_CHANNEL, flags, body));
      }
      if (fragmented) {
        if (random.nextInt(5) == 0) {
          send(side, frames(side).cancel(id));
        } else {
          send(side, frames(side).payload(id, N, 3));
        }
      }
    }

    private ByteBuf withDemand(int side, int id, int type, int flags, byte[] body) {
      return frames(side).header(id, type, flags).writeInt(1_000_000).writeBytes(body);
    }

    /** One side does something on a random stream that, as far as it knows, is open. */
    private void act(int side) {
      int id = 1 + random.nextInt(Math.max(nextId[0], nextId[1]));
      boolean own = (id & 1) == 1 - side;
      FrameGuard guard = ends[side].guard;
      StreamState stream = own ? guard.ownStream(id) : guard.peerStream(id);
      if (stream == null || stream.requestPending) {
        return;
      }
      boolean items = !stream.outDone && !(own && stream.type != FrameLayout.REQUEST_CHANNEL);
      boolean channel = stream.type == FrameLayout.REQUEST_CHANNEL;
      switch (random.nextInt(6)) {
        case 0 -> sendIf(items && takeDemand(side, id), side, frames(side).payload(id, N | C, 5));
        case 1 -> sendIf(items, side, frames(side).payload(id, C, 0));
        case 2 -> sendIf(items && !own, side, frames(side).error(id, 0x201, "no"));
        case 3 -> sendIf(own || channel, side, frames(side).cancel(id));
        case 4 -> sendIf(channel && !stream.inDone, side, frames(side).requestN(id, 5));
        default -> item(side, id, items && takeDemand(side, id));
      }
    }

    private void item(int side, int id, boolean may) {
      if (may) {
        if (random.nextBoolean()) {
          send(side, frames(side).payload(id, N | F, 100));
        }
        send(side, frames(side).payload(id, N, 5));
      }
    }

    private boolean takeDemand(int side, int id) {
      int left = demand.get(side).getOrDefault(id, 0);
      demand.get(side).put(id, Math.max(0, left - 1));
      return left > 0;
    }

    private void sendIf(boolean may, int side, ByteBuf frame) {
      if (may) {
        send(side, frame);
      } else {
        frame.release();
      }
    }

    private void send(int side, ByteBuf frame) {
      if (ends[side].guard.outbound(frame)) {
        wires.get(side).add(frame);
      } else {
        frame.release();
      }
    }

    private void travel(int side) throws FrameViolation {
      if (!wires.get(side).isEmpty()) {
        GuardFixture to = ends[1 - side];
        to.guard.inbound(to.frames.copy(wires.get(side).remove(0)), to.now);
        to.guard.grantDemand();
        for (Seen frame : to.delivered) {
          if (frame.type() >= FrameLayout.REQUEST_STREAM && frame.type() <= FrameLayout.REQUEST_N) {
            demand.get(1 - side).merge(frame.streamId(), frame.intBody(), Integer::sum);
          } else if (frame.type() == FrameLayout.REQUEST_RESPONSE) {
            demand.get(1 - side).put(frame.streamId(), 1);
          }
        }
        to.delivered.clear();
        assertThat(to.replied).isEmpty();
      }
    }

    int openStreams() {
      int open = 0;
      for (GuardFixture end : ends) {
        open += end.guard.inboundStreams() + end.guard.outboundStreams();
      }
      return open;
    }

    @Override
    public void close() {
      for (GuardFixture end : ends) {
        end.close();
      }
    }
  }
}
