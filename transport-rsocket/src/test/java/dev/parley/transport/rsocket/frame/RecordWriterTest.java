package dev.parley.transport.rsocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.RecordPair;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordWriterTest {
  private static final int BYTES = 10;

  private final RecordPair records = new RecordPair();
  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private final ChannelHandlerContext ctx = channel.pipeline().firstContext();
  private final List<Integer> read = new ArrayList<>();
  private final RecordWriter writer =
      new RecordWriter(records.sealer(), RecordPair.MAX_RECORD_BYTES, frame -> true, () -> {}, 0);
  private final RecordReader reader =
      new RecordReader(
          records.opener(),
          new RecordReader.Sink() {
            @Override
            public void frame(ByteBuf frame) {
              read.add((int) frame.getByte(frame.readerIndex()));
              frame.release();
            }

            @Override
            public void control(ControlRecord record) {}

            @Override
            public boolean isReading() {
              return true;
            }
          });

  private static ByteBuf frame(int number) {
    return Unpooled.buffer().writeByte(number).writeZero(BYTES - 1);
  }

  private void drain() throws Exception {
    writer.drain(ctx, 0);
    for (ByteBuf batch = channel.readOutbound(); batch != null; batch = channel.readOutbound()) {
      reader.read(batch, 0);
      batch.release();
    }
  }

  @AfterEach
  void close() {
    writer.close();
    channel.finishAndReleaseAll();
  }

  @Test
  void framesGoInTheOrderInWhichThreadsOfferedThem() throws Exception {
    assertThat(writer.offer(frame(1), true)).isTrue();
    assertThat(writer.offer(frame(2), false)).as("a drain is due").isFalse();
    assertThat(writer.offer(frame(3), true)).isFalse();
    assertThat(writer.offer(frame(4), false)).isFalse();
    assertThat(writer.pendingBytes()).isEqualTo(4 * BYTES);
    drain();

    assertThat(writer.offer(frame(5), false)).isTrue();
    assertThat(writer.offer(frame(6), true)).isFalse();
    drain();

    assertThat(read).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(writer.pendingBytes()).isZero();
    assertThat(writer.hasFrames()).isFalse();
  }

  /**
   * What is offered while the queue is found to be empty has a drain of its own, and goes with it.
   */
  @Test
  void nothingStaysBehindThatAnotherThreadOfferedDuringADrain() throws Exception {
    int rounds = 30_000;
    AtomicBoolean due = new AtomicBoolean();
    Semaphore next = new Semaphore(0);
    Thread other =
        new Thread(
            () -> {
              for (int i = 0; i < rounds; i++) {
                next.acquireUninterruptibly();
                for (int n = 1; n <= 2; n++) {
                  if (writer.offer(frame(n), false)) {
                    due.set(true);
                  }
                }
              }
            });
    other.start();
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    for (int i = 0; i < rounds; i++) {
      read.clear();
      next.release();
      while (read.size() < 2) {
        assertThat(System.nanoTime() - limit).as("round %d: %s", i, read).isNegative();
        if (due.getAndSet(false)) {
          drain();
        }
      }
    }
    other.join();

    assertThat(writer.pendingBytes()).isZero();
  }

  /** As when a link is closed by what its filter brings about, and another link sends meanwhile. */
  @Test
  void aDrainWithinADrainLeavesTheBurstToWhoHasItSince() {
    Scratch.Burst burst = Scratch.get().burst;
    Object other = new Object();
    AtomicReference<RecordWriter> self = new AtomicReference<>();
    AtomicBoolean first = new AtomicBoolean(true);
    RecordWriter filtering =
        new RecordWriter(
            records.sealer(),
            RecordPair.MAX_RECORD_BYTES,
            frame -> {
              if (first.getAndSet(false)) {
                self.get().drain(ctx, 0);
                assertThat(burst.take(other)).isNotNull();
              }
              return true;
            },
            () -> {},
            0);
    self.set(filtering);
    filtering.offer(frame(1), true);

    filtering.drain(ctx, 0);

    assertThat(burst.of(other)).isNotNull();
    assertThat(filtering.plainBytes()).isEqualTo(BYTES);
    assertThat(filtering.pendingBytes()).isZero();
    burst.giveBack(0);
    filtering.close();
  }

  @Test
  void repliesOvertakeWhatWaits() throws Exception {
    writer.offer(frame(1), true);
    writer.offerReply(frame(2));
    drain();

    assertThat(read).containsExactly(2, 1);
  }

  @Test
  void whatIsOfferedOnceItIsClosedIsReleased() {
    ByteBuf before = frame(1);
    ByteBuf own = frame(2);
    ByteBuf others = frame(3);
    writer.offer(before, true);

    writer.close();
    assertThat(writer.offer(own, true)).isTrue();
    assertThat(writer.offer(others, false)).isTrue();
    writer.drain(ctx, 0);

    assertThat(List.of(before, own, others)).allMatch(frame -> frame.refCnt() == 0);
    assertThat(writer.pendingBytes()).isZero();
  }
}
