package dev.parley.transport.rsocket.link;

import dev.parley.Executed;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.Outbound;
import io.rsocket.Payload;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * One interaction of ours on a link: it waits for one of the places that the peer has for requests,
 * then for room on the link, and then goes out. One object for all of it.
 */
abstract class LinkCall implements Subscription, RequestWindow.Waiter, OutboundGate.Waiter {
  private static final AtomicIntegerFieldUpdater<LinkCall> STATE =
      AtomicIntegerFieldUpdater.newUpdater(LinkCall.class, "state");
  private static final int NEW = 0;
  private static final int RUNNING = 1;
  private static final int RUNNING_AT_PLACE = 2;
  private static final int ENDED = 3;

  final RSocketLink link;
  private final Outbound request;
  private volatile int state;

  private boolean hasWaited;
  private volatile boolean inWindow;
  private volatile boolean inGate;
  private volatile @Nullable Subscription upstream;

  LinkCall(RSocketLink link, Outbound request) {
    this.link = link;
    this.request = request;
  }

  /** Hands the request to rsocket-core and subscribes; owns the payload. */
  abstract void dispatch(Payload payload);

  /** Tells the caller; the call has ended. */
  abstract void failed(MessagingException e);

  /** Starts the call; false when it had been started or cancelled. */
  final boolean begin() {
    if (!STATE.compareAndSet(this, NEW, RUNNING)) {
      return false;
    }
    MessagingException refusal = link.refusal(request.message());
    if (refusal != null) {
      fail(refusal);
    }
    return refusal == null;
  }

  /** Waits for a place, then for room, then goes. */
  final void enterWindow() {
    RequestWindow window = link.window();
    if (window.tryEnter()) {
      entered();
      return;
    }
    hasWaited = true;
    inWindow = true;
    if (!window.await(this)) {
      fail(link.failures().tooMuchWaits());
    }
  }

  @Override
  public final void enter() {
    inWindow = false;
    entered();
  }

  private void entered() {
    if (STATE.compareAndSet(this, RUNNING, RUNNING_AT_PLACE)) {
      enterGate();
    } else {
      link.window().leave();
    }
  }

  /** Waits for room on the link, then goes. */
  final void enterGate() {
    OutboundGate gate = link.gate();
    int bytes = request.message().size();
    if (gate.tryEnter(bytes)) {
      send();
      gate.bytes().leave(bytes);
      return;
    }
    hasWaited = true;
    inGate = true;
    if (!gate.await(this)) {
      fail(link.failures().tooMuchWaits());
    }
  }

  /** The call was running and has ended. */
  void ended(boolean hadPlace) {
    if (hadPlace) {
      link.window().leave();
    }
  }

  private void send() {
    Payload payload;
    try {
      payload = link.payload(request, hasWaited);
    } catch (RuntimeException e) {
      fail(
          e instanceof MessagingException m
              ? m
              : OwnFaults.internal(link.peer(), Phase.SEND, Executed.NO, e));
      return;
    }
    request.leaving();
    dispatch(payload);
  }

  @Override
  public final boolean isWaiting() {
    int now = state;
    return now == RUNNING || now == RUNNING_AT_PLACE;
  }

  @Override
  public final int heldBytes() {
    return OutboundBytes.of(request.message());
  }

  @Override
  public final void proceed() {
    inGate = false;
    if (isWaiting()) {
      send();
    }
  }

  @Override
  public final void linkClosed() {
    boolean sent = !inWindow && !inGate; // it may have been let through at the same time
    fail(link.failures().of(new ClosedChannelException(), sent));
  }

  @Override
  public void cancel() {
    int before = STATE.getAndSet(this, ENDED);
    if (before != RUNNING && before != RUNNING_AT_PLACE) {
      return;
    }
    cancelUpstream();
    ended(
        before == RUNNING_AT_PLACE); // behind the CANCEL, so that the peer has ended it before the
    // next one comes
    if (inWindow) {
      link.window().abandon(this);
    } else if (inGate) {
      link.gate().abandon(this);
    }
  }

  final void cancelUpstream() {
    Subscription s = upstream;
    if (s != null) {
      s.cancel();
    }
  }

  /** What rsocket-core gives the call; asks for everything. */
  public final void onSubscribe(Subscription s) {
    upstream = s;
    if (state == ENDED) {
      s.cancel();
    } else {
      s.request(Long.MAX_VALUE);
    }
  }

  /**
   * A subscriber of ours threw where it must not. It is told so, as an error; thrown on, it would
   * end the link, and with it the calls of others.
   */
  static void threw(CoreSubscriber<?> subscriber, Throwable t) {
    OwnFaults.log("a subscriber on a link", t);
    try {
      subscriber.onError(t);
    } catch (Throwable again) {
      OwnFaults.log("a subscriber on a link", again);
    }
  }

  /** Ends the call and gives its place back; false when it had ended. */
  final boolean end() {
    int before = STATE.getAndSet(this, ENDED);
    if (before != RUNNING && before != RUNNING_AT_PLACE) {
      return false;
    }
    ended(before == RUNNING_AT_PLACE);
    return true;
  }

  final void fail(MessagingException e) {
    if (end()) {
      failed(e);
    }
  }
}
