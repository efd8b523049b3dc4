package dev.parley.benchmarks.peers;

import java.util.function.ToIntFunction;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** Tells a reply what a request's publisher emits, with nothing in between. */
final class ReplySubscriber implements CoreSubscriber<Object> {
  private final ToIntFunction<Object> size;
  private final Reply reply;
  private int bytes = -1;

  ReplySubscriber(ToIntFunction<Object> size, Reply reply) {
    this.size = size;
    this.reply = reply;
  }

  @Override
  public void onSubscribe(Subscription s) {
    s.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Object answer) {
    bytes = size.applyAsInt(answer);
  }

  @Override
  public void onError(Throwable t) {
    reply.failed(t);
  }

  @Override
  public void onComplete() {
    reply.answered(bytes);
  }
}
