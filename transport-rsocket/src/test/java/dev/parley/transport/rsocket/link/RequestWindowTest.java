package dev.parley.transport.rsocket.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class RequestWindowTest {
  private final Deque<String> seen = new ArrayDeque<>();

  private final class Request implements RequestWindow.Waiter {
    private final String name;
    private boolean waiting = true;

    Request(String name) {
      this.name = name;
    }

    @Override
    public boolean isWaiting() {
      return waiting;
    }

    @Override
    public int heldBytes() {
      return 1;
    }

    @Override
    public void enter() {
      seen.add(name + " entered");
    }

    @Override
    public void linkClosed() {
      seen.add(name + " lost");
    }
  }

  private static RequestWindow window(int limit, int maxWaiting) {
    return new RequestWindow(limit, maxWaiting, OutboundBytesTest.limited(1 << 20));
  }

  @Test
  void holdsBackWhatThePeerWouldRefuse() {
    RequestWindow window = window(2, 4);

    assertThat(window.tryEnter()).isTrue();
    assertThat(window.tryEnter()).isTrue();
    assertThat(window.tryEnter()).isFalse();

    assertThat(window.await(new Request("third"))).isTrue();
    assertThat(window.await(new Request("fourth"))).isTrue();
    assertThat(seen).isEmpty();
    window.leave();
    assertThat(seen).containsExactly("third entered");
    window.leave();
    assertThat(seen).containsExactly("third entered", "fourth entered");
    window.leave();
    window.leave();
    assertThat(window.tryEnter()).isTrue();
  }

  @Test
  void whoComesLaterDoesNotOvertakeWhoWaits() {
    RequestWindow window = window(1, 4);
    assertThat(window.tryEnter()).isTrue();
    window.await(new Request("waiting"));

    window.limit(1);
    assertThat(window.tryEnter()).isFalse();
    window.leave();
    assertThat(seen).containsExactly("waiting entered");
  }

  @Test
  void boundsWhoWaits() {
    RequestWindow window = window(1, 1);
    assertThat(window.tryEnter()).isTrue();

    assertThat(window.await(new Request("second"))).isTrue();
    assertThat(window.await(new Request("third"))).isFalse();
  }

  @Test
  void aCancelledRequestTakesNoPlace() {
    RequestWindow window = window(1, 8);
    assertThat(window.tryEnter()).isTrue();
    Request cancelled = new Request("cancelled");
    window.await(cancelled);
    window.await(new Request("next"));
    cancelled.waiting = false;
    window.abandon(cancelled);

    window.leave();

    assertThat(seen).containsExactly("next entered");
  }

  @Test
  void cancelledRequestsMakeRoom() {
    RequestWindow window = window(1, 2);
    assertThat(window.tryEnter()).isTrue();
    for (int i = 0; i < 100; i++) {
      Request request = new Request("request " + i);
      assertThat(window.await(request)).isTrue();
      request.waiting = false;
      window.abandon(request);
    }
    assertThat(seen).isEmpty();
  }

  @Test
  void aHigherLimitLetsWaitersIn() {
    RequestWindow window = window(1, 4);
    assertThat(window.tryEnter()).isTrue();
    window.await(new Request("second"));
    window.await(new Request("third"));

    window.limit(3);

    assertThat(seen).containsExactly("second entered", "third entered");
  }

  @Test
  void theEndOfTheLinkEndsWhoWaitsNowAndLater() {
    RequestWindow window = window(1, 4);
    assertThat(window.tryEnter()).isTrue();
    window.await(new Request("second"));

    window.close();
    window.await(new Request("third"));

    assertThat(seen).containsExactly("second lost", "third lost");
  }
}
