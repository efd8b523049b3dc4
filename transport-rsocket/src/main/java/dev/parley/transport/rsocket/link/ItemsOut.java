package dev.parley.transport.rsocket.link;

import dev.parley.Executed;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.transport.rsocket.frame.OutboundPayload;
import dev.parley.transport.rsocket.guard.ErrorCode;
import dev.parley.transport.rsocket.guard.EventLoops;
import io.rsocket.Payload;
import io.rsocket.RSocketErrorException;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Items on their way from a source to rsocket-core: the source is asked for as many as the peer
 * wants, in batches of about 64 KiB, and only while the link has room for items. Those that come
 * when it has none wait here, where they count as held by the link; a batch bounds how many. Where
 * one does not fit, the stream ends.
 *
 * <p>The first item of a channel is its request, which has waited for the link by itself; the rest
 * is subscribed when the peer asks for more.
 */
final class ItemsOut implements CoreSubscriber<Message>, Subscription, OutboundGate.Waiter {
  private static final int BATCH_BYTES = 64 * 1024;
  private static final int MAX_BATCH = 256;
  private static final int OVERHEAD_BYTES = 64;

  private static final AtomicLongFieldUpdater<ItemsOut> ARRIVED =
      AtomicLongFieldUpdater.newUpdater(ItemsOut.class, "arrivedBytes");

  private final RSocketLink link;
  private final CoreSubscriber<? super Payload> actual;
  private final @Nullable Publisher<Message> rest; // of a channel, until it is wanted
  private final AtomicReference<@Nullable Payload> first;
  private final AtomicLong wanted = new AtomicLong(); // by the peer, and not asked of the source
  private final AtomicInteger work = new AtomicInteger();
  private final AtomicInteger subscribed = new AtomicInteger();
  private final Queue<Message> queue = Queues.<Message>get(MAX_BATCH).get();
  private volatile @Nullable Subscription upstream;
  private volatile boolean done;
  private @Nullable Throwable failure; // before done
  private volatile boolean over;
  private volatile boolean waits;
  private volatile boolean mayPass;
  private volatile boolean mayAsk;
  private volatile long arrivedBytes; // written by the source only
  private @Nullable Message held; // within work, like the rest
  private int asked;
  private int averageBytes;
  private long leftBytes; // of what arrived
  private int counted; // as held by the link

  private ItemsOut(
      RSocketLink link,
      CoreSubscriber<? super Payload> actual,
      @Nullable Payload first,
      @Nullable Publisher<Message> rest) {
    this.link = link;
    this.actual = actual;
    this.first = new AtomicReference<>(first);
    this.rest = rest;
  }

  /**
   * What a handler answers.
   *
   * @param requestBytes the size of the request
   * @param items starts the handler when it is subscribed to
   */
  static Flux<Payload> answers(RSocketLink link, int requestBytes, Flux<Message> items) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Payload> actual) {
        StartCall.start(link, requestBytes, items, new ItemsOut(link, actual, null, null));
      }
    };
  }

  /** What opens a channel and follows; owns {@code first}. One subscriber. */
  static Flux<Payload> channel(RSocketLink link, Payload first, Publisher<Message> rest) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Payload> actual) {
        actual.onSubscribe(new ItemsOut(link, actual, first, rest));
      }
    };
  }

  @Override
  public void onSubscribe(Subscription s) {
    upstream = s;
    if (rest == null) {
      actual.onSubscribe(this);
    } else if (over) {
      s.cancel();
    } else {
      drain();
    }
  }

  @Override
  public void request(long n) {
    if (!Operators.validate(n)) {
      return;
    }
    Payload opening = first.getAndSet(null);
    long items = n;
    if (opening != null) {
      items = n == Long.MAX_VALUE ? n : n - 1;
      actual.onNext(opening);
    }
    if (items == 0) {
      return;
    }
    wanted.accumulateAndGet(items, Operators::addCap);
    Publisher<Message> source = rest;
    if (source != null && !over && subscribed.compareAndSet(0, 1)) {
      source.subscribe(this);
    } else {
      drain();
    }
  }

  @Override
  public void onNext(Message item) {
    if (done || over) {
      return;
    }
    ARRIVED.lazySet(this, arrivedBytes + item.size());
    if (!queue.offer(item)) {
      Subscription s = upstream;
      if (s != null) {
        s.cancel();
      }
      onError(new IllegalStateException("a source sent more items than it was asked for"));
      return;
    }
    drain();
  }

  @Override
  public void onError(Throwable t) {
    if (!done) {
      failure = t;
      done = true;
      drain();
    }
  }

  @Override
  public void onComplete() {
    if (!done) {
      done = true;
      drain();
    }
  }

  private void drain() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      while (step()) {
        // one item, or one batch asked for
      }
      missed = work.addAndGet(-missed);
    } while (missed != 0);
  }

  /** Does one thing; false when there is nothing to do before somebody calls again. */
  private boolean step() {
    if (over) {
      queue.clear();
      held = null;
      count(0);
      return false;
    }
    if (waits) {
      count();
      return over;
    }
    count(0);
    boolean last = done;
    Message item = held != null ? held : queue.poll();
    if (item != null) {
      return pass(item);
    }
    if (last) {
      finish(failure);
      return false;
    }
    return askForMore();
  }

  private boolean pass(Message item) {
    if (link.exceedsPeer(item)) {
      refuse(link.itemTooLarge(item));
      return true; // to let go of the others
    }
    OutboundGate gate = link.gate();
    int bytes = item.size();
    boolean free = mayPass;
    mayPass = false;
    if (free || gate.tryEnterItem(bytes)) {
      emit(item);
      if (!free) {
        gate.bytes().leave(bytes);
      }
      return true;
    }
    held = item;
    waits = true;
    gate.awaitItem(this);
    return true; // to count it
  }

  /** Counts what waits here as held by the link; the stream ends where it does not fit. */
  private void count() {
    int bytes = (int) Math.min(Integer.MAX_VALUE, arrivedBytes - leftBytes);
    if (bytes > counted) {
      if (link.gate().bytes().tryHold(bytes - counted)) {
        counted = bytes;
      } else {
        waits = false;
        refuse(
            rest == null
                ? WireErrors.of(ErrorCode.ANSWER_DOES_NOT_FIT, null)
                : link.failures().itemsDoNotFit());
      }
    }
  }

  private void count(int bytes) {
    if (counted != bytes) {
      link.gate().bytes().unhold(counted - bytes);
      counted = bytes;
    }
  }

  private void emit(Message item) {
    held = null;
    leftBytes += item.size();
    asked--;
    averageBytes += (item.size() + OVERHEAD_BYTES - averageBytes) >> 2;
    Payload payload;
    try {
      payload = link.payload(item);
    } catch (MessagingException e) {
      refuse(e);
      return;
    } catch (RuntimeException e) {
      refuse(OwnFaults.internal(link.peer(), Phase.SEND, Executed.UNKNOWN, e));
      return;
    }
    OutboundPayload.emit(actual, payload);
  }

  /** The item cannot go, and with it the stream. */
  private void refuse(Throwable t) {
    Subscription s = upstream;
    if (s != null) {
      s.cancel();
    }
    finish(t);
  }

  private boolean askForMore() {
    Subscription s = upstream;
    long want = wanted.get();
    int batch = batch();
    if (s == null || want == 0 || asked > batch >> 1) {
      return false;
    }
    if (mayAsk) {
      mayAsk = false;
    } else if (averageBytes != 0 && !link.gate().mayAsk()) { // the first waits to start
      waits = true;
      link.gate().awaitItem(this);
      return true;
    }
    int n = (int) Math.min(want, batch - asked);
    if (want != Long.MAX_VALUE) {
      wanted.addAndGet(-n);
    }
    asked += n;
    try {
      s.request(n);
    } catch (Throwable t) { // of the source, which computes its items where it is asked for them
      OwnFaults.log("a source of items", t);
      refuse(t);
    }
    return true;
  }

  private int batch() {
    return averageBytes == 0 ? 1 : Math.max(1, Math.min(MAX_BATCH, BATCH_BYTES / averageBytes));
  }

  private void finish(@Nullable Throwable t) {
    over = true;
    if (t == null) {
      actual.onComplete();
    } else {
      // rsocket-core ends a channel at once, and only the event loop keeps that in order with what
      // arrives (its FIXME in RequestChannelRequesterFlux).
      Throwable wire =
          t instanceof RSocketErrorException
              ? t
              : rest == null ? WireErrors.of(t) : WireErrors.own(t);
      if (!EventLoops.execute(link.channel().eventLoop(), () -> actual.onError(wire))) {
        actual.onError(wire);
      }
    }
  }

  // ---- at the gate

  @Override
  public boolean isWaiting() {
    return waits && !over;
  }

  @Override
  public int heldBytes() {
    return 0; // counted here, by the item
  }

  @Override
  public void proceed() {
    boolean has = held != null; // nobody changes it while this waits
    mayPass = has;
    mayAsk = !has;
    waits = false;
    drain();
  }

  @Override
  public void linkClosed() {
    over = true;
    drain();
  }

  @Override
  public void cancel() {
    over = true;
    Payload opening = first.getAndSet(null);
    if (opening != null) {
      opening.release();
    }
    Subscription s = upstream;
    if (s != null) {
      s.cancel();
    }
    if (waits) {
      link.gate().abandonItem(this);
    }
    drain();
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }
}
