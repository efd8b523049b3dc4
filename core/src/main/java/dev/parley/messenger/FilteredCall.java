package dev.parley.messenger;

import dev.parley.Message;
import dev.parley.carrier.Interaction;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * An exchange of ours behind a filter, which hides from the call what the link says of it: whether
 * anything has left yet. So that is noted on the far side of the filter and told on the near one.
 */
final class FilteredCall implements CoreSubscriber<Message>, Interaction {
  private final CoreSubscriber<? super Message> call;
  private volatile @Nullable Subscription filtered;
  private volatile @Nullable Subscription handedOver;

  private FilteredCall(CoreSubscriber<? super Message> call) {
    this.call = call;
  }

  /**
   * Subscribes a call to what a filter makes of its exchange.
   *
   * @param next hands a request to the link
   */
  static void subscribe(
      ExchangeFilter filter,
      InteractionModel model,
      Link link,
      Outbound request,
      Function<Outbound, Publisher<Message>> next,
      CoreSubscriber<? super Message> call) {
    FilteredCall self = new FilteredCall(call);
    Flux<Message> answers =
        Flux.defer(() -> filter.sending(model, link, request, r -> self.noted(next.apply(r))));
    switch (model) {
      case REQUEST -> answers.next().subscribe(self);
      case SIGNAL -> answers.ignoreElements().subscribe(self);
      case STREAM, CHANNEL -> answers.subscribe(self);
    }
  }

  private Publisher<Message> noted(Publisher<Message> answers) {
    return Flux.from(answers)
        .transform(
            Operators.<Message, Message>liftPublisher((publisher, actual) -> new Noting(actual)));
  }

  @Override
  public boolean isSent() {
    Subscription s = handedOver;
    return s != null && !(s instanceof Interaction i && !i.isSent());
  }

  @Override
  public void onSubscribe(Subscription s) {
    filtered = s;
    call.onSubscribe(this);
  }

  @Override
  public void onNext(Message answer) {
    call.onNext(answer);
  }

  @Override
  public void onError(Throwable t) {
    call.onError(t);
  }

  @Override
  public void onComplete() {
    call.onComplete();
  }

  @Override
  public void request(long n) {
    Subscription s = filtered;
    if (s != null) {
      s.request(n);
    }
  }

  @Override
  public void cancel() {
    Subscription s = filtered;
    if (s != null) {
      s.cancel();
    }
  }

  @Override
  public Context currentContext() {
    return call.currentContext();
  }

  /** Notes the subscription that the link gives. */
  private final class Noting implements CoreSubscriber<Message> {
    private final CoreSubscriber<? super Message> actual;

    Noting(CoreSubscriber<? super Message> actual) {
      this.actual = actual;
    }

    @Override
    public void onSubscribe(Subscription s) {
      handedOver = s;
      actual.onSubscribe(s);
    }

    @Override
    public void onNext(Message answer) {
      actual.onNext(answer);
    }

    @Override
    public void onError(Throwable t) {
      actual.onError(t);
    }

    @Override
    public void onComplete() {
      actual.onComplete();
    }

    @Override
    public Context currentContext() {
      return actual.currentContext();
    }
  }
}
