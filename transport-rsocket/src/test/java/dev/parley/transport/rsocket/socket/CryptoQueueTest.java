package dev.parley.transport.rsocket.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class CryptoQueueTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

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
  private final CryptoQueue queue = new CryptoQueue(oneThread, () -> now, 100);

  private void runOne() {
    waiting.remove().run();
  }

  @Test
  void oneThatWaitedLongIsStaleWhileOthersWait() {
    queue.execute(HERE, stale::add);
    queue.execute(HERE, stale::add);
    now += CryptoQueue.MAX_WAIT_NANOS + 1;

    runOne();
    runOne();

    assertThat(stale).containsExactly(true, false);
  }

  @Test
  void aSecondIsNotTooLong() {
    queue.execute(HERE, stale::add);
    queue.execute(HERE, stale::add);
    now += CryptoQueue.MAX_WAIT_NANOS;

    runOne();

    assertThat(stale).containsExactly(false);
  }

  @Test
  void oneThatWasTurnedAwayDoesNotCountAsWaiting() {
    queue.execute(HERE, stale::add);
    queue.execute(HERE, stale::add);
    queue.execute(HERE, stale::add);
    assertThatThrownBy(() -> queue.execute(HERE, stale::add))
        .isInstanceOf(RejectedExecutionException.class);
    runOne();
    runOne();
    now += CryptoQueue.MAX_WAIT_NANOS + 1;

    runOne();

    assertThat(stale).containsExactly(false, false, false);
  }

  @Test
  void oneNetworkLeavesPlacesToOthers() throws UnknownHostException {
    Queue<Runnable> tasks = new ArrayDeque<>();
    CryptoQueue shared = new CryptoQueue(Schedulers.fromExecutor(tasks::add), () -> now, 256);
    for (int host = 0; host < 256; host++) {
      InetAddress attacker = InetAddress.getByName("192.0.2." + host);
      try {
        for (int i = 0; i < 20; i++) {
          shared.execute(attacker, stale::add);
        }
      } catch (RejectedExecutionException e) {
        // its share is full
      }
    }
    assertThat(tasks).hasSizeBetween(200, 250);

    for (int i = 0; i < 5; i++) {
      shared.execute(InetAddress.getByName("198.51.100.1"), stale::add);
    }
    int all = tasks.size();
    tasks.forEach(Runnable::run);
    assertThat(stale).hasSize(all);
    tasks.clear();
    shared.execute(InetAddress.getByName("192.0.2.1"), stale::add);
    assertThat(tasks).hasSize(1);
  }
}
