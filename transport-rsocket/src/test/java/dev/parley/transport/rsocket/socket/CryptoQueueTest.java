package dev.parley.transport.rsocket.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class CryptoQueueTest {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final List<Boolean> stale = new ArrayList<>();
  private final Scheduler oneThread =
      Schedulers.fromExecutor(
          task -> {
            if (waiting.size() == 3) {
              throw new RejectedExecutionException("full");
            }
            waiting.add(task);
          });
  private long now;
  private final CryptoQueue queue = new CryptoQueue(oneThread, () -> now);

  private void runOne() {
    waiting.remove().run();
  }

  @Test
  void oneThatWaitedLongIsStaleWhileOthersWait() {
    queue.execute(stale::add);
    queue.execute(stale::add);
    now += CryptoQueue.MAX_WAIT_NANOS + 1;

    runOne();
    runOne();

    assertThat(stale).containsExactly(true, false);
  }

  @Test
  void aSecondIsNotTooLong() {
    queue.execute(stale::add);
    queue.execute(stale::add);
    now += CryptoQueue.MAX_WAIT_NANOS;

    runOne();

    assertThat(stale).containsExactly(false);
  }

  @Test
  void oneThatWasTurnedAwayDoesNotCountAsWaiting() {
    queue.execute(stale::add);
    queue.execute(stale::add);
    queue.execute(stale::add);
    assertThatThrownBy(() -> queue.execute(stale::add))
        .isInstanceOf(RejectedExecutionException.class);
    runOne();
    runOne();
    now += CryptoQueue.MAX_WAIT_NANOS + 1;

    runOne();

    assertThat(stale).containsExactly(false, false, false);
  }
}
