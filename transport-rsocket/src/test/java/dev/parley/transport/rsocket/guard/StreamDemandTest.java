package dev.parley.transport.rsocket.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a consumer wants, what the peer is asked, and that neither stops at 2^31. */
class StreamDemandTest {
  private static final int WINDOW = 256;

  private final List<Integer> asked = new ArrayList<>();
  private final StreamDemand demand = demand(1 << 20);

  private StreamDemand demand(int maxBytes) {
    return new StreamDemand(ImmediateEventExecutor.INSTANCE, new Quiet(asked), WINDOW, maxBytes);
  }

  /** A link without requests. */
  private record Quiet(List<Integer> asked) implements StreamDemand.Link {
    @Override
    public void requestItems(int streamId, int n) {
      asked.add(n);
    }

    @Override
    public int requests() {
      return 0;
    }

    @Override
    public long nanoTime() {
      return 0;
    }
  }

  private void receive(StreamDemand from, int items, int bytes) {
    for (int i = 0; i < items; i++) {
      from.received(bytes);
      from.grant();
    }
  }

  @Test
  void asksForWhatIsWantedWithinTheWindow() {
    demand.request(3);
    assertThat(demand.opened(1)).isEqualTo(3);
    demand.request(2);
    assertThat(asked).containsExactly(2);

    demand.request(1_000);

    assertThat(demand.outstanding()).isEqualTo(WINDOW);
    assertThat(asked).containsExactly(2, WINDOW - 5);
  }

  @Test
  void asksForMoreWhenAQuarterHasCome() {
    demand.request(Long.MAX_VALUE);
    assertThat(demand.opened(1)).isEqualTo(WINDOW);

    receive(demand, 63, 1);
    assertThat(asked).isEmpty();
    receive(demand, 1, 1);

    assertThat(asked).containsExactly(64);
    assertThat(demand.outstanding()).isEqualTo(WINDOW);
  }

  @Test
  void neverHasMoreThanTheWindowUnderWay() {
    demand.request(10_000);
    demand.opened(1);
    int came = 0;
    while (demand.outstanding() > 0) {
      assertThat(demand.outstanding()).isLessThanOrEqualTo(WINDOW);
      receive(demand, 1, 1);
      came++;
    }
    assertThat(came).isEqualTo(10_000);
  }

  @Test
  void largeItemsHaveASmallerWindow() {
    StreamDemand files = demand(1 << 20);
    files.request(Long.MAX_VALUE);
    files.opened(1);

    receive(files, 10_000, 64 << 10);

    assertThat(files.outstanding()).isBetween(4, 16);
    receive(files, 10_000, 4 << 20);
    assertThat(files.outstanding()).isBetween(1, 2);
    receive(files, 10_000, 100);
    assertThat(files.outstanding()).isGreaterThan(WINDOW / 4);
  }

  @Test
  void asksForNothingOnceItIsClosed() {
    demand.request(1);
    demand.opened(1);
    demand.close();

    demand.request(5);
    receive(demand, 1, 1);

    assertThat(asked).isEmpty();
  }

  /**
   * Every counter that a long stream passes, on both sides. rsocket-core's own accounting ends at
   * 2^31 - 1 items; {@code -Dparley.stream.items=2147483649} passes it, in about a minute.
   */
  @Test
  void longStreamsPassEveryCounter() {
    long items = Long.getLong("parley.stream.items", (1L << 22) + 1);
    StreamState producer = StreamState.ofPeer(1, FrameLayout.REQUEST_STREAM);
    StreamState consumer = StreamState.ofOwn(1, FrameLayout.REQUEST_STREAM);
    StreamDemand wants =
        new StreamDemand(
            ImmediateEventExecutor.INSTANCE,
            new StreamDemand.Link() {
              @Override
              public void requestItems(int streamId, int n) {
                consumer.asked(n);
                producer.bank(n);
              }

              @Override
              public int requests() {
                return 0;
              }

              @Override
              public long nanoTime() {
                return 0;
              }
            },
            WINDOW,
            1 << 20);
    wants.request(items);
    int first = wants.opened(1);
    consumer.asked(first);
    producer.bank(first);
    long granted = producer.grant(WINDOW);
    long sent = 0;
    while (granted > 0) {
      for (long burst = granted; burst > 0; burst--) {
        producer.sentItem();
        if (!consumer.mayReceive()) {
          throw new AssertionError("the guard refuses item " + sent);
        }
        consumer.receivedItem();
        wants.received(0);
        wants.grant();
      }
      sent += granted;
      granted = producer.isGrantDue(WINDOW) ? producer.grant(WINDOW) : 0;
    }

    assertThat(sent).isEqualTo(items);
    assertThat(wants.outstanding()).isZero();
    assertThat(consumer.mayReceive()).isFalse();
  }
}
