package dev.parley.testkit;

import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** The items of a channel on their way from the caller to the peer's handler. */
final class MemoryItemsOut implements CoreSubscriber<Message> {
  private final MemoryLink link;
  private final MemoryCall call;
  private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
  private final Publisher<Message> items;
  private boolean subscribed; // loop
  private volatile boolean over;

  MemoryItemsOut(MemoryLink link, MemoryCall call, Publisher<Message> items) {
    this.link = link;
    this.call = call;
    this.items = items;
  }

  @Override
  public void onSubscribe(Subscription s) {
    upstream.set(s);
  }

  /** The peer wants items; the first time is when they are subscribed. Loop. */
  void request(long n) {
    if (!subscribed) {
      subscribed = true;
      items.subscribe(this);
    }
    upstream.request(n);
  }

  void cancel() {
    over = true;
    upstream.cancel();
  }

  @Override
  public void onNext(Message item) {
    if (over) {
      return;
    }
    if (link.exceedsLimit(item)) {
      cancel();
      fail(link.tooLarge(item).toBuilder().executed(Executed.UNKNOWN).build());
      return;
    }
    link.send(item.size(), peer -> peer.onAnswer(call, answer -> answer.item(item)));
  }

  @Override
  public void onError(Throwable t) {
    if (!over) {
      over = true;
      fail(
          MessagingException.builder(FailureCode.REMOTE_FAILURE, Phase.AWAIT)
              .executed(Executed.UNKNOWN)
              .peer(link.peer())
              .detail("the items to send ended with " + t.getClass().getSimpleName())
              .cause(t)
              .build());
    }
  }

  private void fail(MessagingException e) {
    link.execute(() -> call.itemsFailed(e));
  }

  @Override
  public void onComplete() {
    if (!over) {
      over = true;
      link.send(0, peer -> peer.onAnswer(call, MemoryAnswer::itemsCompleted));
      link.execute(call::itemsOver);
    }
  }
}
