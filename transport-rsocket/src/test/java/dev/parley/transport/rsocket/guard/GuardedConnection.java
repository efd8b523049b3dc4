package dev.parley.transport.rsocket.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.shares.Shares;
import dev.parley.transport.rsocket.guard.RawFrames.Seen;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocketErrorException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * An rsocket-core connection without a network: raw frames are pushed through a guard. rsocket-core
 * ticks on a thread of its own, hence the lock that stands in for the event loop.
 */
final class GuardedConnection implements DuplexConnection, FrameGuard.Output, Subscription {
  final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);
  final RawFrames frames = new RawFrames(alloc);
  final FrameGuard guard;
  final ArrayDeque<Seen> sent = new ArrayDeque<>();
  FrameViolation.@Nullable Reason violation;
  @Nullable Consumer<ByteBuf> wire; // takes ownership
  long now;

  private final ArrayDeque<ByteBuf> inbox = new ArrayDeque<>();
  private final Sinks.Empty<Void> onClose = Sinks.empty();
  private @Nullable CoreSubscriber<? super ByteBuf> receiver;
  private long requested;
  private boolean draining;
  private boolean closing;
  private boolean closed;

  GuardedConnection(boolean initiator, GuardOptions options) {
    Share memory = new Shares(256L << 20).open(Origin.of(null, "peer"));
    this.guard = new FrameGuard(options, initiator, memory, Admission.allowAll(), alloc, this);
  }

  /** Takes a frame as if the record layer had just opened it. */
  synchronized void push(ByteBuf frame) {
    try {
      guard.inbound(frame, now);
    } catch (FrameViolation e) {
      violation = e.reason();
      dispose();
    }
    for (int i = 0; i < 3 && guard.isDemandWaiting(); i++) {
      guard.grantDemand();
    }
  }

  synchronized void grantDemand() {
    guard.grantDemand();
  }

  @Override
  public void deliver(ByteBuf frame) {
    if (closed) {
      frame.release();
      return;
    }
    inbox.add(frame);
    drain();
  }

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    while (requested > 0 && !inbox.isEmpty() && receiver != null) {
      requested--;
      ByteBuf frame = inbox.remove();
      receiver.onNext(frame);
      frame.release();
    }
    draining = false;
  }

  @Override
  public void reply(ByteBuf frame) {
    transmit(frame);
  }

  @Override
  public synchronized void sendFrame(int streamId, ByteBuf frame) {
    if (closed || !guard.outbound(frame)) {
      frame.release();
    } else {
      transmit(frame);
    }
  }

  private void transmit(ByteBuf frame) {
    if (wire != null && !closed) {
      wire.accept(frame);
    } else {
      sent.add(Seen.of(frame));
      frame.release();
    }
  }

  @Override
  public void connectionError(int code) {
    dispose();
  }

  @Override
  public void sendErrorAndClose(RSocketErrorException e) {
    dispose();
  }

  @Override
  public synchronized void dispose() {
    if (closing) {
      return;
    }
    closing = true;
    guard.close();
    closed = true;
    inbox.forEach(ByteBuf::release);
    inbox.clear();
    if (receiver != null) {
      receiver.onError(new ClosedChannelException());
    }
    onClose.tryEmitEmpty();
  }

  /** Checks that neither the guard nor rsocket-core nor a handler kept a buffer. */
  void assertNothingLeaked() {
    long bytes = alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory();
    assertThat(bytes).as("leaked bytes").isZero();
  }

  @Override
  public Flux<ByteBuf> receive() {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
        receiver = actual;
        actual.onSubscribe(GuardedConnection.this);
      }
    };
  }

  @Override
  public synchronized void request(long n) {
    requested = Operators.addCap(requested, n);
    drain();
  }

  @Override
  public void cancel() {}

  @Override
  public ByteBufAllocator alloc() {
    return alloc;
  }

  @Override
  public SocketAddress remoteAddress() {
    return InetSocketAddress.createUnresolved("peer", 1);
  }

  @Override
  public Mono<Void> onClose() {
    return onClose.asMono();
  }

  @Override
  public boolean isDisposed() {
    return closed;
  }
}
