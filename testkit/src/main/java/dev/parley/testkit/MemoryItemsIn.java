package dev.parley.testkit;

import dev.parley.Message;
import dev.parley.MessagingException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * The items of a channel as the peer's handler sees them: the one that opened it, then those that
 * follow, on its demand. One subscriber only; its signals come on the loop.
 */
final class MemoryItemsIn extends Flux<Message> implements Subscription {
  private final MemoryLink link;
  private final MemoryCall call;
  private final AtomicBoolean subscribed = new AtomicBoolean();
  private volatile @Nullable CoreSubscriber<? super Message> actual;
  private volatile boolean cancelled;
  private @Nullable Message first; // loop, like the rest
  private boolean ended;
  private @Nullable MessagingException failure;
  private boolean told;

  MemoryItemsIn(MemoryLink link, MemoryCall call, Message first) {
    this.link = link;
    this.call = call;
    this.first = first;
  }

  @Override
  public void subscribe(CoreSubscriber<? super Message> subscriber) {
    if (!subscribed.compareAndSet(false, true)) {
      Operators.error(
          subscriber, new IllegalStateException("the items of a channel have one subscriber"));
      return;
    }
    actual = subscriber;
    subscriber.onSubscribe(this);
    if (!link.execute(this::tellEnd)) {
      subscriber.onError(link.lost(true));
    }
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n)) {
      link.execute(() -> demand(n));
    }
  }

  private void demand(long n) {
    CoreSubscriber<? super Message> subscriber = actual;
    if (cancelled || told || subscriber == null) {
      return;
    }
    long ofPeer = n;
    Message opening = first;
    if (opening != null) {
      first = null;
      ofPeer = n == Long.MAX_VALUE ? n : n - 1;
      subscriber.onNext(opening);
    }
    if (ended) {
      tellEnd();
    } else if (ofPeer > 0) {
      long more = ofPeer;
      link.send(0, asker -> call.demandOfItems(more));
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    link.execute(
        () -> {
          if (!ended) {
            ended = true;
            link.send(0, asker -> call.itemsCancelled());
            link.onAnswer(call, MemoryAnswer::itemsOver);
          }
        });
  }

  // ---- on the loop

  void item(Message item) {
    CoreSubscriber<? super Message> subscriber = actual;
    if (!cancelled && !ended && subscriber != null) {
      subscriber.onNext(item);
    }
  }

  void completed() {
    ended = true;
    tellEnd();
  }

  void failed(MessagingException e) {
    if (!ended) {
      ended = true;
      failure = e;
      tellEnd();
    }
  }

  private void tellEnd() {
    CoreSubscriber<? super Message> subscriber = actual;
    MessagingException e = failure;
    if (!ended || told || cancelled || subscriber == null || (first != null && e == null)) {
      return;
    }
    told = true;
    if (e != null) {
      subscriber.onError(e);
    } else {
      subscriber.onComplete();
    }
  }
}
