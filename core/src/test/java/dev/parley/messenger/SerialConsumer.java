package dev.parley.messenger;

import dev.parley.HandlerFailure;
import dev.parley.Message;
import dev.parley.MessagingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** Asks for everything, and sees whether a signal comes before the one before it is over. */
final class SerialConsumer implements CoreSubscriber<Message> {
  /** The text of each item, and the code of the failure, in the order in which they were over. */
  final List<String> signals = new ArrayList<>();

  /** What happens while an item is signalled. */
  Runnable withinItem = () -> {};

  boolean overlapped;
  private boolean inside;
  private @Nullable Subscription subscription;

  void cancel() {
    Objects.requireNonNull(subscription).cancel();
  }

  @Override
  public void onSubscribe(Subscription s) {
    subscription = s;
    s.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Message item) {
    overlapped |= inside;
    inside = true;
    withinItem.run();
    inside = false;
    signals.add(item.text());
  }

  @Override
  public void onError(Throwable t) {
    overlapped |= inside;
    signals.add(code(t));
  }

  private static String code(Throwable t) {
    return t instanceof MessagingException e ? e.code().name() : ((HandlerFailure) t).code().name();
  }

  @Override
  public void onComplete() {
    overlapped |= inside;
    signals.add("complete");
  }
}
