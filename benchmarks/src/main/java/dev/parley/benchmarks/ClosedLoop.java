package dev.parley.benchmarks;

import dev.parley.benchmarks.peers.EchoClient;
import dev.parley.benchmarks.peers.Reply;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps a number of requests in flight until a number of them is answered; each answer starts the
 * next request, on the thread that brought it. Fails on any error and on an answer of another size.
 */
final class ClosedLoop {
  private final EchoClient peer;
  private final int inFlight;
  private final int answerBytes;

  ClosedLoop(EchoClient peer, int inFlight, int answerBytes) {
    this.peer = peer;
    this.inFlight = inFlight;
    this.answerBytes = answerBytes;
  }

  void run(int requests) throws InterruptedException {
    Run run = new Run(requests);
    for (int i = 0; i < Math.min(inFlight, requests); i++) {
      run.next();
    }
    if (!run.done.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no answer for 60 s");
    }
    Throwable failure = run.failure.get();
    if (failure != null) {
      throw new IllegalStateException("a request failed", failure);
    }
  }

  private final class Run implements Reply {
    private final AtomicInteger toStart;
    private final AtomicInteger toAnswer;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch done = new CountDownLatch(1);

    Run(int requests) {
      toStart = new AtomicInteger(requests);
      toAnswer = new AtomicInteger(requests);
    }

    void next() {
      if (toStart.getAndDecrement() > 0) {
        peer.request(this);
      }
    }

    @Override
    public void answered(int bytes) {
      if (bytes != answerBytes) {
        failed(new IllegalStateException("an answer of " + bytes + " bytes"));
      } else if (toAnswer.decrementAndGet() == 0) {
        done.countDown();
      } else {
        next();
      }
    }

    @Override
    public void failed(Throwable t) {
      failure.compareAndSet(null, t);
      done.countDown();
    }
  }
}
