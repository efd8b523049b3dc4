package dev.parley.testkit.fault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CaptureTest {

  @Test
  void keepsWhatEachEndOfEachConnectionWrote() throws IOException {
    try (Wire wire = Wire.start()) {
      exchange(wire.connect(), "question", "answer");
      exchange(wire.connect(), "second", "reply");

      Capture capture = wire.proxy.capture();

      assertThat(capture.connections())
          .extracting(Capture.Connection::number)
          .containsExactly(1, 2);
      assertThat(text(capture, 0, Capture.Side.CLIENT)).isEqualTo("question");
      assertThat(text(capture, 1, Capture.Side.SERVER)).isEqualTo("reply");
      assertThat(capture.bytes()).isEqualTo(25);
      assertThat(capture.isComplete()).isTrue();
    }
  }

  @Test
  void findsNeedleSentInPiecesButNotAcrossEnds() throws IOException {
    try (Wire wire = Wire.start()) {
      Wire.Ends ends = wire.connect();
      exchange(ends, "cana", "ry");
      exchange(ends, "ry", "cana");

      Capture capture = wire.proxy.capture();

      assertThat(capture.contains("canary".getBytes(US_ASCII))).isTrue();
      assertThat(capture.contains("rycana".getBytes(US_ASCII))).isTrue();
      assertThat(capture.contains("canaryry".getBytes(US_ASCII))).isFalse();
    }
  }

  @Test
  void holdsBytesAsSentBeforeFaults() throws IOException {
    try (Wire wire = Wire.start()) {
      Wire.Ends ends = wire.connect();
      wire.proxy.toServer(Fault.dropByte(0));

      ends.client().getOutputStream().write("abc".getBytes(US_ASCII));
      ends.server().getInputStream().readNBytes(2);

      assertThat(text(wire.proxy.capture(), 0, Capture.Side.CLIENT)).isEqualTo("abc");
    }
  }

  @Test
  void stopsAtItsLimitWhileBytesGoOn() throws IOException {
    try (Wire wire = Wire.start(10)) {
      exchange(wire.connect(), "12345678", "abcdefgh");

      Capture capture = wire.proxy.capture();

      assertThat(capture.bytes()).isEqualTo(10);
      assertThat(text(capture, 0, Capture.Side.SERVER)).isEqualTo("ab");
      assertThat(capture.isComplete()).isFalse();
    }
  }

  @Test
  void snapshotNeitherGrowsNorLetsItselfBeChanged() throws IOException {
    try (Wire wire = Wire.start()) {
      Wire.Ends ends = wire.connect();
      exchange(ends, "one", "1");
      Capture capture = wire.proxy.capture();

      exchange(ends, "two", "2");
      capture.connections().get(0).from(Capture.Side.CLIENT)[0] = 'X';

      assertThat(text(capture, 0, Capture.Side.CLIENT)).isEqualTo("one");
    }
  }

  @Test
  void showsNoByteInItsText() throws IOException {
    try (Wire wire = Wire.start()) {
      exchange(wire.connect(), "secret", "hidden");

      assertThat(wire.proxy.capture())
          .hasToString("Capture[connections=1, bytes=12, complete=true]");
    }
  }

  @Test
  void refusesEmptyNeedle() throws IOException {
    try (Wire wire = Wire.start()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> wire.proxy.capture().contains(new byte[0]));
    }
  }

  private static void exchange(Wire.Ends ends, String there, String back) throws IOException {
    ends.client().getOutputStream().write(there.getBytes(US_ASCII));
    ends.server().getInputStream().readNBytes(there.length());
    ends.server().getOutputStream().write(back.getBytes(US_ASCII));
    ends.client().getInputStream().readNBytes(back.length());
  }

  private static String text(Capture capture, int connection, Capture.Side side) {
    return new String(capture.connections().get(connection).from(side), US_ASCII);
  }
}
