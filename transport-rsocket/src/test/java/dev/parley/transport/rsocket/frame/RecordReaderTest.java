package dev.parley.transport.rsocket.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.RecordPair;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
  private final RecordPair records = new RecordPair();
  private final List<ByteBuf> frames = new ArrayList<>();
  private final RecordReader reader =
      new RecordReader(
          records.opener(),
          new RecordReader.Sink() {
            @Override
            public void frame(ByteBuf frame) {
              frames.add(frame);
              if (releases) {
                frame.release();
              }
            }

            @Override
            public void control(ControlRecord record) {}

            @Override
            public boolean isReading() {
              return true;
            }
          });
  private boolean releases;

  private void read(byte[]... contents) throws Exception {
    ByteBuf chunk = Unpooled.wrappedBuffer(records.record(contents));
    try {
      reader.read(chunk, 0);
    } finally {
      chunk.release();
    }
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void aFrameThatIsKeptOutlivesLaterRecords() throws Exception {
    read(filled(20, 1), filled(30, 2));
    frames.get(0).release();
    read(filled(60, 3));

    assertThat(ByteBufUtil.getBytes(frames.get(1))).isEqualTo(filled(30, 2));
    assertThat(ByteBufUtil.getBytes(frames.get(2))).isEqualTo(filled(60, 3));
    frames.get(1).release();
    frames.get(2).release();
  }

  @Test
  void theArrayOfARecordWhoseFramesAreReleasedIsUsedAgain() throws Exception {
    releases = true;
    byte[] array = Scratch.get().plain.take(100);
    Scratch.get().plain.giveBack(array);

    read(filled(20, 1), filled(30, 2));
    assertThat(Scratch.get().plain.take(1)).isSameAs(array);
  }

  @Test
  void theArrayOfAFrameThatAnotherThreadReleasedIsNot() throws Exception {
    byte[] array = Scratch.get().plain.take(100);
    InboundFrame.Source record = new InboundFrame.Source(array);
    InboundFrame here = record.frame(0, 10);
    InboundFrame elsewhere = record.frame(10, 10);

    here.release();
    Thread thread = new Thread(elsewhere::release);
    thread.start();
    thread.join();

    assertThat(elsewhere.refCnt()).isZero();
    assertThat(record.isFree()).isFalse();
  }

  @Test
  void whatIsBehindAFrameCannotBeRead() throws Exception {
    read(filled(20, 1), filled(30, 2));
    ByteBuf first = frames.get(0);

    int end = first.writerIndex();
    assertThat(first.getByte(end - 1)).isEqualTo((byte) 1);
    List<ThrowingCallable> reads =
        List.of(
            () -> first.getByte(end),
            () -> first.getShort(end - 1),
            () -> first.getUnsignedMedium(end - 2),
            () -> first.getInt(end - 3),
            () -> first.getLong(end - 7),
            () -> first.getBytes(end, new byte[1]),
            () -> first.slice(first.readerIndex(), 21));
    assertThat(reads)
        .allSatisfy(
            read -> assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(read));
    frames.forEach(ByteBuf::release);
  }
}
