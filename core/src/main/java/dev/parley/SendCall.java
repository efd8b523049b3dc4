package dev.parley;

import dev.parley.spi.Interaction;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import dev.parley.spi.TrailRecorder;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One send or signal, from the subscriber's demand to its end: open link or connect, hand over, and
 * await the answer if there is one, with one deadline over all of it. It is subscription,
 * subscriber and timer entry in one object, since an operator for each costs more than the
 * encryption (see JMH {@code SendBenchmark}).
 */
final class SendCall extends DeadlineWheel.Entry implements CoreSubscriber<Message>, Subscription {
  private static final AtomicIntegerFieldUpdater<SendCall> STATE =
      AtomicIntegerFieldUpdater.newUpdater(SendCall.class, "state");
  private static final AtomicReferenceFieldUpdater<SendCall, Subscription> UPSTREAM =
      AtomicReferenceFieldUpdater.newUpdater(SendCall.class, Subscription.class, "upstream");
  private static final int NEW = 0;
  private static final int RUNNING = 1;
  private static final int ENDED = 2;
  private static final int MAX_ATTEMPTS = 3;

  private final Messenger messenger;
  private final AgentId peer;
  private final Message message;
  private final SendOptions options;
  private final InteractionModel model;
  private final CoreSubscriber<? super Message> actual;

  private volatile int state;

  @SuppressWarnings("unused") // through UPSTREAM
  private volatile @Nullable Subscription upstream;

  private volatile @Nullable TrailRecorder trail;
  private volatile boolean dispatched;
  private long startNanos;
  private long deadlineNanos;
  private int attempts;

  SendCall(
      Messenger messenger,
      AgentId peer,
      Message message,
      SendOptions options,
      InteractionModel model,
      CoreSubscriber<? super Message> actual) {
    this.messenger = messenger;
    this.peer = peer;
    this.message = message;
    this.options = options;
    this.model = model;
    this.actual = actual;
  }

  @Override
  public void request(long n) {
    if (!Operators.validate(n) || state != NEW) {
      return;
    }
    if (!messenger.admit()) {
      refuse();
      return;
    }
    startNanos = messenger.nanos();
    deadlineNanos = startNanos + options.timeout().toNanos();
    if (!STATE.compareAndSet(this, NEW, RUNNING)) {
      messenger.release(); // cancelled meanwhile
      return;
    }
    messenger.wheel().arm(this, deadlineNanos);
    if (state == ENDED) {
      messenger.wheel().cancel(this); // whoever ended it came before the wheel had it
      return;
    }
    go();
  }

  private void refuse() {
    if (STATE.compareAndSet(this, NEW, ENDED)) {
      MessagingException e = messenger.overloaded(peer);
      messenger.listener().sent(model, 0, e.code(), e.phase());
      actual.onError(e);
    }
  }

  private void go() {
    attempts++;
    Link link = messenger.transport().openLink(peer);
    if (link != null) {
      dispatch(link);
    } else {
      messenger.dial(peer, r -> this.trail = r).subscribe(new Connecting());
    }
  }

  private void dispatch(Link link) {
    dispatched = true;
    Outbound outbound = new Outbound(options.route(), message, deadlineNanos);
    if (isSignal()) {
      link.fireAndForget(outbound).subscribe(new Handing());
    } else {
      link.requestResponse(outbound).subscribe(this);
    }
  }

  private boolean isSignal() {
    return model == InteractionModel.SIGNAL;
  }

  @Override
  public void cancel() {
    if (end()) {
      messenger.wheel().cancel(this);
      stopUpstream();
      messenger.listener().sent(model, messenger.nanos() - startNanos, null, Phase.AWAIT);
    }
  }

  @Override
  void expire() {
    Phase phase = phase();
    boolean sent = phase == Phase.AWAIT;
    if (end()) {
      stopUpstream();
      MessagingException.Builder e =
          MessagingException.builder(FailureCode.TIMEOUT, phase)
              .executed(sent ? Executed.UNKNOWN : Executed.NO)
              .peer(peer)
              .detail(
                  (isSignal() ? "not sent within " : "no answer within ")
                      + options.timeout().toMillis()
                      + " ms");
      fail(withTrail(e));
    }
  }

  private Phase phase() {
    if (dispatched) {
      boolean waits = isSignal() || (upstream instanceof Interaction i && !i.isSent());
      return waits ? Phase.SEND : Phase.AWAIT;
    }
    TrailRecorder recorder = trail;
    return recorder == null ? Phase.RESOLVE : recorder.phase();
  }

  @Override
  public void onSubscribe(Subscription s) {
    if (adopt(s)) {
      s.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(Message answer) {
    if (succeed()) {
      actual.onNext(answer);
      actual.onComplete();
    }
  }

  private boolean succeed() {
    if (!end()) {
      return false;
    }
    messenger.wheel().cancel(this);
    messenger.listener().sent(model, messenger.nanos() - startNanos, null, null);
    return true;
  }

  @Override
  public void onError(Throwable t) {
    if (state == ENDED) {
      return;
    }
    if (t instanceof MessagingException e && isStaleLink(e) && attempts < MAX_ATTEMPTS) {
      dispatched = false;
      go();
      return;
    }
    if (end()) {
      messenger.wheel().cancel(this);
      fail(t instanceof MessagingException e ? complete(e) : Messenger.unexpected(peer, t));
    }
  }

  /** The link was found open and turned out not to be, and nothing of the message had left. */
  private boolean isStaleLink(MessagingException e) {
    return dispatched
        && e.executed() == Executed.NO
        && (e.code() == FailureCode.CONNECTION_LOST || e.code() == FailureCode.SHUT_DOWN)
        && !messenger.isClosed();
  }

  @Override
  public void onComplete() {
    if (state != ENDED) {
      onError(new IllegalStateException("a link completed without an answer"));
    }
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }

  private MessagingException complete(MessagingException e) {
    return e.peer() == null ? e.toBuilder().peer(peer).build() : e;
  }

  private MessagingException withTrail(MessagingException.Builder e) {
    TrailRecorder recorder = trail;
    return (recorder == null ? e : e.trail(recorder.snapshot())).build();
  }

  private void fail(MessagingException e) {
    messenger.listener().sent(model, messenger.nanos() - startNanos, e.code(), e.phase());
    actual.onError(e);
  }

  private boolean end() {
    int before = STATE.getAndSet(this, ENDED);
    if (before == RUNNING) {
      messenger.release();
    }
    return before == RUNNING;
  }

  private boolean adopt(Subscription s) {
    UPSTREAM.set(this, s);
    if (state == ENDED) {
      s.cancel();
      return false;
    }
    return true;
  }

  private void stopUpstream() {
    Subscription s = UPSTREAM.getAndSet(this, Operators.cancelledSubscription());
    if (s != null) {
      s.cancel();
    }
  }

  /** The last stage of a signal. */
  private final class Handing implements CoreSubscriber<Void> {
    @Override
    public void onSubscribe(Subscription s) {
      SendCall.this.onSubscribe(s);
    }

    @Override
    public void onNext(Void nothing) {}

    @Override
    public void onError(Throwable t) {
      SendCall.this.onError(t);
    }

    @Override
    public void onComplete() {
      if (succeed()) {
        actual.onComplete();
      }
    }

    @Override
    public Context currentContext() {
      return actual.currentContext();
    }
  }

  /** The stage before there is a link. */
  private final class Connecting implements CoreSubscriber<Link> {
    private boolean done;

    @Override
    public void onSubscribe(Subscription s) {
      if (adopt(s)) {
        s.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(Link link) {
      done = true;
      if (state != ENDED) {
        dispatch(link);
      }
    }

    @Override
    public void onError(Throwable t) {
      SendCall.this.onError(t);
    }

    @Override
    public void onComplete() {
      if (!done) {
        onError(new IllegalStateException("a transport completed without a link"));
      }
    }

    @Override
    public Context currentContext() {
      return actual.currentContext();
    }
  }
}
