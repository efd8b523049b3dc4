package dev.parley.transport.rsocket.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitQueueTest {
  private static final class Call implements WaitQueue.Waiter {
    private boolean waiting = true;

    private int bytes;

    @Override
    public boolean isWaiting() {
      return waiting;
    }

    @Override
    public int heldBytes() {
      return bytes;
    }
  }

  private final OutboundBytes bytes = OutboundBytesTest.limited(1 << 20);
  private final WaitQueue<Call> queue = new WaitQueue<>(8, bytes);

  private Call offered() {
    Call call = new Call();
    assertThat(queue.offer(call)).isTrue();
    return call;
  }

  @Test
  void takesAsManyAsItsLimit() {
    for (int i = 0; i < 8; i++) {
      offered();
    }

    assertThat(queue.offer(new Call())).isFalse();
    assertThat(queue.poll()).isNotNull();
    assertThat(queue.offer(new Call())).isTrue();
  }

  @Test
  void givesInTheOrderOfOfferingAndSkipsThoseThatNoLongerWait() {
    Call first = offered();
    Call second = offered();
    Call third = offered();
    second.waiting = false;

    assertThat(queue.poll()).isSameAs(first);
    assertThat(queue.poll()).isSameAs(third);
    assertThat(queue.poll()).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void abandonedCallsMakeRoomForOthers() {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(offered());
    }
    boolean due = false;
    for (Call call : calls.subList(1, 7)) {
      call.waiting = false;
      due |= queue.abandon(call);
    }
    assertThat(due).isTrue();

    queue.purge();

    for (int i = 0; i < 6; i++) {
      offered();
    }
    assertThat(queue.offer(new Call())).isFalse();
    assertThat(queue.poll()).isSameAs(calls.get(0));
    assertThat(queue.poll()).isSameAs(calls.get(7));
  }

  @Test
  void purgeIsNotDueForAFew() {
    Call call = offered();
    call.waiting = false;

    assertThat(queue.abandon(call)).isFalse();
  }

  @Test
  void callsHoldTheirBytesUntilTheyLeave() {
    Call call = new Call();
    call.bytes = 1000;
    assertThat(queue.offer(call)).isTrue();
    call.waiting = false;
    assertThat(bytes.total()).isEqualTo(1000);

    queue.purge();

    assertThat(bytes.total()).isZero();
  }

  @Test
  void refusesWhatTheLinkMayNotHold() {
    Call large = new Call();
    large.bytes = 2 << 20;
    assertThat(queue.offer(large)).isTrue(); // one message more than the limit
    Call small = new Call();
    small.bytes = 1;

    assertThat(queue.offer(small)).isFalse();
    assertThat(queue.poll()).isSameAs(large);
    assertThat(queue.offer(small)).isTrue();
  }
}
