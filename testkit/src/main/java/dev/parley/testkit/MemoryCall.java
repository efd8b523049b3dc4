package dev.parley.testkit;

import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.spi.Outbound;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** The asking side of an interaction. What is not thread-safe is confined to the link's loop. */
final class MemoryCall implements Subscription {
  /** How many messages go which way. */
  enum Model {
    RESPONSE,
    SIGNAL,
    STREAM,
    CHANNEL
  }

  private final MemoryLink link;
  private final Model model;
  private final Outbound request;
  private final @Nullable Publisher<Message> rest;
  private final CoreSubscriber<? super Message> actual;
  private final AtomicBoolean ended = new AtomicBoolean(); // for the caller
  private volatile boolean sent;
  private boolean started; // loop
  private @Nullable MemoryItemsOut itemsOut; // loop; null when there are no more

  MemoryCall(
      MemoryLink link,
      Model model,
      Outbound request,
      @Nullable Publisher<Message> rest,
      CoreSubscriber<? super Message> actual) {
    this.link = link;
    this.model = model;
    this.request = request;
    this.rest = rest;
    this.actual = actual;
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n) && !link.execute(() -> demand(n))) {
      fail(link.lost(sent));
    }
  }

  private void demand(long n) {
    if (ended.get()) {
      return;
    }
    if (started) {
      link.send(0, peer -> peer.onAnswer(this, answer -> answer.demand(n)));
      return;
    }
    started = true;
    MessagingException refusal = link.refusal(request.message());
    if (refusal != null) {
      fail(refusal);
    } else {
      start(n);
    }
  }

  private void start(long n) {
    link.began(this);
    sent = true;
    request.leaving();
    link.send(request.message().size(), peer -> peer.arrived(this, model, request, n));
    if (rest != null) {
      itemsOut = new MemoryItemsOut(link, this, rest);
    }
    if (model == Model.SIGNAL) {
      completed();
    }
  }

  @Override
  public void cancel() {
    if (ended.compareAndSet(false, true)) {
      link.execute(
          () -> {
            if (started) {
              link.send(0, peer -> peer.onAnswer(this, MemoryAnswer::cancelled));
              stop();
            }
          });
    }
  }

  // ---- from the peer, on the loop

  void item(Message message) {
    if (model != Model.RESPONSE) {
      if (!ended.get()) {
        actual.onNext(message);
      }
    } else if (ended.compareAndSet(false, true)) {
      link.ended(this);
      actual.onNext(message);
      actual.onComplete();
    }
  }

  void completed() {
    if (model == Model.RESPONSE) {
      item(Message.empty());
    } else if (ended.compareAndSet(false, true)) {
      if (itemsOut != null) {
        link.send(0, peer -> peer.onAnswer(this, MemoryAnswer::cancelled));
      }
      stop();
      actual.onComplete();
    }
  }

  void failed(MemoryFailure failure) {
    stop();
    fail(failure.toException(link.peer()));
  }

  void lost() {
    stop();
    fail(link.lost(sent));
  }

  /** The peer's handler asks for more of our items. */
  void demandOfItems(long n) {
    if (itemsOut != null) {
      itemsOut.request(n);
    }
  }

  /** The peer's handler takes no more of our items. */
  void itemsCancelled() {
    if (itemsOut != null) {
      itemsOut.cancel();
      itemsOver();
    }
  }

  /** Our items have come to their end. */
  void itemsOver() {
    itemsOut = null;
  }

  /** Our items have failed, and the channel with them. */
  void itemsFailed(MessagingException e) {
    link.send(0, peer -> peer.onAnswer(this, MemoryAnswer::cancelled));
    stop();
    fail(e);
  }

  private void stop() {
    if (itemsOut != null) {
      itemsOut.cancel();
      itemsOut = null;
    }
    link.ended(this);
  }

  private void fail(MessagingException e) {
    if (ended.compareAndSet(false, true)) {
      actual.onError(e);
    }
  }
}
