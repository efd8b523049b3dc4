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
 * The items of a channel as the peer's handler sees them: those that follow the message that opened
 * it, on its demand. One subscriber only; its signals come on the loop.
 */
final class MemoryItemsIn extends Flux<Message> implements Subscription {
  private final MemoryLink link;
  private final MemoryCall call;
  private final AtomicBoolean subscribed = new AtomicBoolean();
  private volatile @Nullable CoreSubscriber<? super Message> actual;
  private volatile boolean cancelled;
  private boolean ended; // loop, like the rest
  private @Nullable MessagingException failure;
  private boolean told;

  MemoryItemsIn(MemoryLink link, MemoryCall call) {
    this.link = link;
    this.call = call;
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
    if (!cancelled && !ended) {
      link.send(0, asker -> call.demandOfItems(n));
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
    if (!ended || told || cancelled || subscriber == null) {
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
