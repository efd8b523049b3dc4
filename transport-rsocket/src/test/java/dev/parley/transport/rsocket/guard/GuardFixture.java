package dev.parley.transport.rsocket.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.shares.Origin;
import dev.parley.shares.Shares;
import dev.parley.transport.rsocket.guard.RawFrames.Seen;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.function.UnaryOperator;

/** A guard with recording ends, a clock set by hand and an allocator that knows of every leak. */
final class GuardFixture implements FrameGuard.Output, AutoCloseable {
  static final long SECOND = 1_000_000_000L;

  final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);
  final RawFrames frames = new RawFrames(alloc);
  final Shares memory = new Shares(1 << 20);
  final ArrayDeque<Seen> delivered = new ArrayDeque<>();
  final ArrayDeque<Seen> replied = new ArrayDeque<>();
  final FrameGuard guard;
  int openAdmissions;
  boolean admit = true;
  int connectionError;
  long now = Long.MAX_VALUE - 5 * SECOND; // a clock about to wrap

  private GuardFixture(boolean initiator, GuardOptions options) {
    Admission admission =
        new Admission() {
          @Override
          public boolean tryOpen() {
            openAdmissions += admit ? 1 : 0;
            return admit;
          }

          @Override
          public void closed() {
            openAdmissions--;
          }
        };
    this.guard =
        new FrameGuard(
            options, initiator, memory.open(Origin.of(null, "peer")), admission, alloc, this);
  }

  /** The side that accepted the connection; the peer's ids are odd. SETUP has arrived. */
  static GuardFixture acceptor(UnaryOperator<GuardOptions.Builder> changes) {
    GuardFixture fixture = fresh(changes);
    fixture.in(fixture.frames.setup());
    fixture.delivered.clear();
    return fixture;
  }

  static GuardFixture acceptor() {
    return acceptor(options -> options);
  }

  /** The accepting side before SETUP. */
  static GuardFixture fresh(UnaryOperator<GuardOptions.Builder> changes) {
    return new GuardFixture(false, options(changes));
  }

  /** The side that dialled; the peer's ids are even. */
  static GuardFixture initiator(UnaryOperator<GuardOptions.Builder> changes) {
    return new GuardFixture(true, options(changes));
  }

  static GuardFixture initiator() {
    return initiator(options -> options);
  }

  private static GuardOptions options(UnaryOperator<GuardOptions.Builder> changes) {
    GuardOptions.Builder small =
        GuardOptions.builder()
            .minFragmentBytes(64)
            .maxMessageBytes(10_000)
            .maxMetadataBytes(1_000)
            .maxReassemblyBytes(30_000);
    return changes.apply(small).build();
  }

  void in(ByteBuf frame) {
    try {
      guard.inbound(frame, now);
    } catch (FrameViolation e) {
      throw new AssertionError(e);
    }
  }

  FrameViolation.Reason violates(ByteBuf frame) {
    FrameViolation violation =
        catchThrowableOfType(FrameViolation.class, () -> guard.inbound(frame, now));
    assertThat(violation).as("a violation").isNotNull();
    return violation.reason();
  }

  boolean out(ByteBuf frame) {
    boolean send = guard.outbound(frame);
    frame.release();
    return send;
  }

  /** Takes the one frame that was delivered since. */
  Seen delivered() {
    assertThat(delivered).hasSize(1);
    return delivered.remove();
  }

  /** Takes the one frame that was replied since. */
  Seen replied() {
    assertThat(replied).hasSize(1);
    return replied.remove();
  }

  void nothingHappened() {
    assertThat(delivered).isEmpty();
    assertThat(replied).isEmpty();
  }

  @Override
  public void deliver(ByteBuf frame) {
    delivered.add(Seen.of(frame));
    frame.release();
  }

  @Override
  public void reply(ByteBuf frame) {
    replied.add(Seen.of(frame));
    frame.release();
  }

  @Override
  public void connectionError(int code) {
    connectionError = code;
  }

  /** Closes the guard and checks that nothing is left behind. */
  @Override
  public void close() {
    guard.close();
    assertThat(alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory())
        .as("leaked bytes")
        .isZero();
    assertThat(memory.taken()).as("memory of the node").isZero();
    assertThat(guard.reassemblyBytes()).as("connection budget").isZero();
    assertThat(openAdmissions).as("admissions").isZero();
  }
}
