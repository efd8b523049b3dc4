package dev.parley.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * Keeps a number of requests in flight until a number of them is answered; each answer starts the
 * next request, on the thread that brought it. Fails on any error and on an answer of another size.
 */
final class ClosedLoop {
  private final EchoPeer peer;
  private final int inFlight;
  private final int answerBytes;

  ClosedLoop(EchoPeer peer, int inFlight, int answerBytes) {
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

  private final class Run {
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
        peer.request().subscribe(new Call(this));
      }
    }

    void answered() {
      if (toAnswer.decrementAndGet() == 0) {
        done.countDown();
      } else {
        next();
      }
    }

    void failed(Throwable t) {
      failure.compareAndSet(null, t);
      done.countDown();
    }
  }

  private final class Call implements CoreSubscriber<Object> {
    private final Run run;

    Call(Run run) {
      this.run = run;
    }

    @Override
    public void onSubscribe(Subscription s) {
      s.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Object answer) {
      int bytes = peer.answerBytes(answer);
      if (bytes != answerBytes) {
        run.failed(new IllegalStateException("an answer of " + bytes + " bytes"));
      }
    }

    @Override
    public void onError(Throwable t) {
      run.failed(t);
    }

    @Override
    public void onComplete() {
      run.answered();
    }
  }
}
