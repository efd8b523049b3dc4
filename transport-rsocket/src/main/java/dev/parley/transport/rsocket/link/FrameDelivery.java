package dev.parley.transport.rsocket.link;

import dev.parley.transport.rsocket.guard.EventLoops;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Hands frames to rsocket-core as it asks for them: one for the SETUP, then all. What comes before
 * it asks is kept, which is at most a record's worth, since reading stops meanwhile. Confined to
 * the event loop.
 */
final class FrameDelivery {
  private final Channel channel;
  private final Runnable onDemand;
  private final Consumer<RuntimeException> onFault;
  private @Nullable ArrayDeque<ByteBuf> held; // null for nothing
  private @Nullable CoreSubscriber<? super ByteBuf> receiver;
  private long demand;
  private int streamId;
  private @Nullable ClosedChannelException ended;

  /**
   * @param onDemand is run after rsocket-core has asked for more
   * @param onFault is told what rsocket-core threw
   */
  FrameDelivery(Channel channel, Runnable onDemand, Consumer<RuntimeException> onFault) {
    this.channel = channel;
    this.onDemand = onDemand;
    this.onFault = onFault;
  }

  /** Takes a frame, whose ownership passes. */
  void deliver(ByteBuf frame) {
    CoreSubscriber<? super ByteBuf> r = receiver;
    if (r == null || demand == 0 || held != null) {
      hold(frame);
      channel.config().setAutoRead(false);
      return;
    }
    handOver(r, frame);
  }

  private void hold(ByteBuf frame) {
    ArrayDeque<ByteBuf> known = held;
    if (known == null) {
      held = known = new ArrayDeque<>();
    }
    known.add(frame);
  }

  /** The next frame of those that are kept. */
  private @Nullable ByteBuf next() {
    ArrayDeque<ByteBuf> known = held;
    ByteBuf frame = known == null ? null : known.poll();
    if (known != null && known.isEmpty()) {
      held = null;
    }
    return frame;
  }

  private void handOver(CoreSubscriber<? super ByteBuf> r, ByteBuf frame) {
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    int outer = streamId;
    streamId = frame.getInt(frame.readerIndex());
    try {
      r.onNext(frame);
    } catch (RuntimeException e) {
      onFault.accept(e);
    } finally {
      streamId = outer;
      frame.release();
    }
  }

  private void read() {
    if (held == null && ended == null) {
      channel.config().setAutoRead(true);
    }
  }

  /** The stream of the frame that rsocket-core is being handed, 0 for none. */
  int streamId() {
    return streamId;
  }

  /** Whether nothing is kept. */
  boolean isEmpty() {
    return held == null;
  }

  /** What rsocket-core subscribes to, once; it never completes. */
  Flux<ByteBuf> frames() {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
        actual.onSubscribe(new Demand(actual));
      }
    };
  }

  /** Releases what is kept and errors. */
  void end(ClosedChannelException cause) {
    ended = cause;
    for (ByteBuf frame = next(); frame != null; frame = next()) {
      frame.release();
    }
    CoreSubscriber<? super ByteBuf> r = receiver;
    receiver = null;
    if (r != null) {
      r.onError(cause);
    }
  }

  private final class Demand implements Subscription {
    private final CoreSubscriber<? super ByteBuf> actual;

    Demand(CoreSubscriber<? super ByteBuf> actual) {
      this.actual = actual;
    }

    @Override
    public void request(long n) {
      if (!Operators.validate(n)) {
        return;
      }
      if (channel.eventLoop().inEventLoop()) {
        add(n);
      } else {
        EventLoops.execute(channel.eventLoop(), () -> add(n));
      }
    }

    private void add(long n) {
      if (ended != null) {
        actual.onError(ended);
        return;
      }
      receiver = actual;
      demand = Operators.addCap(demand, n);
      while (demand > 0 && receiver == actual) {
        ByteBuf frame = next();
        if (frame == null) {
          break;
        }
        handOver(actual, frame);
      }
      if (demand == Long.MAX_VALUE) {
        // Until the SETUP is through, a read is kept small, so that little can be held.
        SocketReads.bulk(channel);
      }
      if (held == null && !channel.config().isAutoRead()) {
        // Not here: a channel without a socket reads at once, and its bytes would come before
        // those that the caller still has.
        EventLoops.execute(channel.eventLoop(), FrameDelivery.this::read);
      }
      onDemand.run();
    }

    @Override
    public void cancel() {
      EventLoops.execute(
          channel.eventLoop(),
          () -> {
            if (receiver == actual) {
              receiver = null;
            }
          });
    }
  }
}
