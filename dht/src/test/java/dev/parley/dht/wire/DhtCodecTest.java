package dev.parley.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.Network;
import dev.parley.dht.wire.DhtRequest.Op;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DhtCodecTest {
  private final SplittableRandom random = new SplittableRandom(42);
  private final Samples samples = new Samples(random);
  private final DhtCodec codec = DhtCodec.of(Samples.NETWORK);

  @Test
  void readsEveryRequestThatItWrites() {
    for (int i = 0; i < 2000; i++) {
      DhtRequest request = samples.request();
      int deadline = random.nextInt(65536);

      byte[] bytes = codec.encode(request, deadline);

      assertThat(codec.decodeRequest(bytes)).isEqualTo(new DhtCodec.Received(request, deadline));
      assertThat(bytes).hasSize(DhtCodec.sizeOf(request));
      assertThat(bytes.length).isLessThanOrEqualTo(request.op().maxRequestBytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsEveryAnswerThatItWrites(Op op) {
    for (int i = 0; i < 500; i++) {
      DhtAnswer answer = samples.answer(op);

      byte[] bytes = codec.encode(answer);

      assertThat(codec.decodeAnswer(op, bytes)).isEqualTo(answer);
      assertThat(bytes).hasSize(DhtCodec.sizeOf(answer));
      assertThat(bytes.length).isLessThanOrEqualTo(op.maxAnswerBytes());
    }
  }

  /** Whatever arrives is refused by the one exception, or has exactly one form. */
  @Test
  void refusesOrRepeatsMutatedRequests() {
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = mutate(codec.encode(samples.request(), random.nextInt(65536)));
      try {
        DhtCodec.Received received = codec.decodeRequest(bytes);
        assertThat(codec.encode(received.request(), received.deadlineMillis())).isEqualTo(bytes);
        accepted++;
      } catch (DhtFormatException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
    assertThat(accepted).isBetween(1000, 19_000);
  }

  @ParameterizedTest
  @EnumSource
  void refusesOrRepeatsMutatedAnswers(Op op) {
    int accepted = 0;
    for (int i = 0; i < 4000; i++) {
      byte[] bytes = mutate(codec.encode(samples.answer(op)));
      try {
        assertThat(codec.encode(codec.decodeAnswer(op, bytes))).isEqualTo(bytes);
        accepted++;
      } catch (DhtFormatException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
    assertThat(accepted).isBetween(100, 3900);
  }

  @Test
  void refusesNoise() {
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      if (bytes.length > 2 && i % 2 == 0) {
        bytes[0] = 1;
        bytes[1] &= 7;
        bytes[2] = 0;
      }
      try {
        DhtCodec.Received received = codec.decodeRequest(bytes);
        assertThat(codec.encode(received.request(), received.deadlineMillis())).isEqualTo(bytes);
      } catch (DhtFormatException expected) {
        assertThat(expected).isNotNull();
      }
    }
  }

  @Test
  void refusesTrailingBytes() {
    byte[] ping = codec.encode(new DhtRequest.Ping(), 0);

    refuses(Arrays.copyOf(ping, ping.length + 1), "1 bytes follow the message");
  }

  @Test
  void refusesOversizedRequestBeforeReadingIt() {
    byte[] bytes = new byte[41];
    bytes[0] = 1;
    bytes[1] = (byte) Op.FIND.code();

    refuses(bytes, "FIND request has 41 bytes, at most 40");
  }

  @ParameterizedTest
  @EnumSource
  void refusesMessagesOfOneByteTooManyBeforeReadingThem(Op op) {
    byte[] request = new byte[op.maxRequestBytes() + 1];
    request[0] = 1;
    request[1] = (byte) op.code();
    byte[] answer = new byte[op.maxAnswerBytes() + 1];
    answer[0] = 1;

    refuses(
        request,
        "%s request has %d bytes, at most %d".formatted(op, request.length, op.maxRequestBytes()));
    assertThatExceptionOfType(DhtFormatException.class)
        .isThrownBy(() -> codec.decodeAnswer(op, answer))
        .withMessage("%s answer has %d bytes, at most %d", op, answer.length, op.maxAnswerBytes());
  }

  @Test
  void tellsUnknownOpsApart() {
    byte[] unknown = {1, 7, 0, 0, 0};

    refuses(unknown, "op 7 is unknown");
    assertThat(DhtCodec.isUnknownOp(unknown)).isTrue();
    assertThat(DhtCodec.isUnknownOp(new byte[] {1, 2, 0, 0, 0})).isFalse();
    assertThat(DhtCodec.isUnknownOp(new byte[0])).isFalse();
  }

  @Test
  void refusesHelloOfAnotherNetwork() {
    byte[] hello = codec.encode(samples.hello(), 0);

    assertThatExceptionOfType(DhtFormatException.class)
        .isThrownBy(() -> DhtCodec.of(Network.open("other").id()).decodeRequest(hello))
        .withMessage("HELLO is of another network");
  }

  @Test
  void refusesFlagsAndVersionsOfTheFuture() {
    refuses(new byte[] {1, 1, 1, 0, 0}, "flags is 1, must be 0..0");
    refuses(new byte[] {2, 1, 0, 0, 0}, "version is 2, must be 1..1");
  }

  private void refuses(byte[] bytes, String message) {
    assertThatExceptionOfType(DhtFormatException.class)
        .isThrownBy(() -> codec.decodeRequest(bytes))
        .withMessage(message);
  }

  private byte[] mutate(byte[] bytes) {
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(40));
      default -> {
        for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield bytes;
      }
    };
  }
}
