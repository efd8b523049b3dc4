package dev.parley.testkit;

import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.Receiver;
import dev.parley.testkit.MemoryCall.Model;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** The answering side of an interaction: what stands between a receiver and the link. */
final class MemoryAnswer implements CoreSubscriber<Message> {
  private final MemoryLink link;
  private final MemoryCall call;
  private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
  private final AtomicBoolean over = new AtomicBoolean();
  private @Nullable MemoryItemsIn itemsIn; // loop; null where there are no more

  MemoryAnswer(MemoryLink link, MemoryCall call) {
    this.link = link;
    this.call = call;
  }

  void start(Receiver receiver, Model model, Inbound inbound, long demand) {
    switch (model) {
      case RESPONSE -> {
        receiver.requestResponse(link, inbound).subscribe(this);
        upstream.request(Long.MAX_VALUE);
      }
      case SIGNAL -> receiver.fireAndForget(link, inbound).subscribe(v -> {}, e -> {});
      case STREAM -> {
        receiver.requestStream(link, inbound).subscribe(this);
        upstream.request(demand);
      }
      case CHANNEL -> {
        MemoryItemsIn items = new MemoryItemsIn(link, call);
        itemsIn = items;
        receiver.requestChannel(link, inbound, items).subscribe(this);
        upstream.request(demand);
      }
    }
  }

  // ---- from the receiver, on any thread

  @Override
  public void onSubscribe(Subscription s) {
    upstream.set(s);
  }

  @Override
  public void onNext(Message message) {
    if (over.get()) {
      return;
    }
    if (link.exceedsLimit(message)) {
      upstream.cancel();
      end(new MemoryFailure(FailureCode.MESSAGE_TOO_LARGE, Executed.YES, null));
      return;
    }
    link.send(message.size(), asker -> call.item(message));
  }

  @Override
  public void onError(Throwable t) {
    end(MemoryFailure.of(t));
  }

  private void end(MemoryFailure failure) {
    if (over.compareAndSet(false, true)) {
      link.send(0, asker -> call.failed(failure));
      link.execute(() -> stop(cancelled("the channel has ended")));
    }
  }

  @Override
  public void onComplete() {
    if (over.compareAndSet(false, true)) {
      link.send(0, asker -> call.completed());
      link.execute(this::answersOver);
    }
  }

  // ---- from the caller, on the loop

  void demand(long n) {
    upstream.request(n);
  }

  void cancelled() {
    over.set(true);
    upstream.cancel();
    stop(cancelled("the peer cancelled the request"));
  }

  void lost() {
    over.set(true);
    upstream.cancel();
    stop(link.lost(true));
  }

  void item(Message item) {
    if (itemsIn != null) {
      itemsIn.item(item);
    }
  }

  void itemsCompleted() {
    if (itemsIn != null) {
      itemsIn.completed();
      itemsOver();
    }
  }

  /** The receiver takes no more items, or there are none. */
  void itemsOver() {
    itemsIn = null;
    if (over.get()) {
      link.answered(call);
    }
  }

  private void answersOver() {
    if (itemsIn == null) {
      link.answered(call);
    }
  }

  private void stop(MessagingException toItems) {
    if (itemsIn != null) {
      itemsIn.failed(toItems);
      itemsIn = null;
    }
    link.answered(call);
  }

  private MessagingException cancelled(String why) {
    return MessagingException.builder(FailureCode.REMOTE_FAILURE, Phase.AWAIT)
        .executed(Executed.UNKNOWN)
        .peer(link.peer())
        .detail(why)
        .build();
  }
}
