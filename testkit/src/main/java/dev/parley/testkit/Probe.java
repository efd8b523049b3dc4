package dev.parley.testkit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** A subscriber whose demand a test decides, and which keeps every signal. */
final class Probe<T> implements CoreSubscriber<T> {
  /** The items that came and were not looked at; no lock is taken where they come. */
  final LinkedTransferQueue<T> items = new LinkedTransferQueue<>();

  /** Completed at the end, exceptionally if it is an error. */
  final CompletableFuture<Void> end = new CompletableFuture<>();

  private final AtomicInteger ends = new AtomicInteger();
  private final CompletableFuture<Void> first = new CompletableFuture<>();
  private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();

  static <T> Probe<T> of(Publisher<T> source, long demand) {
    Probe<T> probe = new Probe<>();
    source.subscribe(probe);
    if (demand > 0) {
      probe.request(demand);
    }
    return probe;
  }

  void request(long n) {
    upstream.request(n);
  }

  /** Completes when the first item has come. */
  CompletableFuture<Void> first() {
    return first;
  }

  void cancel() {
    upstream.cancel();
  }

  /** How many times it ended; once is right. */
  int ends() {
    return ends.get();
  }

  @Override
  public void onSubscribe(Subscription s) {
    upstream.set(s);
  }

  @Override
  public void onNext(T item) {
    items.add(item);
    first.complete(null);
  }

  @Override
  public void onError(Throwable t) {
    ends.incrementAndGet();
    end.completeExceptionally(t);
  }

  @Override
  public void onComplete() {
    ends.incrementAndGet();
    end.complete(null);
  }
}
