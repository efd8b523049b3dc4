package dev.parley.transport.rsocket.link;

import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.rsocket.frame.RecordReader;
import dev.parley.transport.rsocket.guard.EventLoops;
import dev.parley.transport.rsocket.guard.FrameGuard;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Tells {@link LinkLife} what happens to a connection and what time it is, and performs what it
 * says. Confined to the event loop, but for the methods that say otherwise.
 */
final class LinkActions implements LinkOutput.Owner {
  /** The connection whose life it is. */
  interface Connection {
    /** When bytes were last read. */
    long readNanos();

    /** When something was last asked or answered by the peer. */
    long interactionNanos();

    /** Whether frames wait for rsocket-core to take them. */
    boolean isDelivering();

    /** Nothing was asked or answered for the idle timeout. */
    void idle();

    /** Whether answers are owed and the peer is silent; told when that changes. */
    void suspect(boolean silent);

    /** The connection is gone: release everything. */
    void tearDown();
  }

  private final EventLoop loop;
  private final LongSupplier clock;
  private final LinkLife life;
  private final FrameGuard guard;
  private final RecordReader reader;
  private final Connection connection;
  private final Liveness liveness;
  private final Suspicion suspicion = new Suspicion();
  private final Pings pings;
  private final long reassemblyNanos;

  @SuppressWarnings("NullAway.Init") // start, before anything else
  private ChannelHandlerContext ctx;

  @SuppressWarnings("NullAway.Init") // likewise
  private LinkOutput out;

  private long usedNanos;
  private long wakeUpNanos = LinkLife.NEVER;
  private @Nullable Future<?> wakeUp;

  LinkActions(
      EventLoop loop,
      TransportOptions options,
      LongSupplier clock,
      LinkLife life,
      FrameGuard guard,
      RecordReader reader,
      Connection connection) {
    this.loop = loop;
    this.clock = clock;
    this.life = life;
    this.guard = guard;
    this.reader = reader;
    this.connection = connection;
    this.usedNanos = clock.getAsLong();
    this.liveness =
        new Liveness(
            options.liveness().pingIdle(),
            options.liveness().pingDead(),
            options.liveness().stallTimeout(),
            usedNanos);
    this.reassemblyNanos = options.memory().reassemblyTimeout().toNanos();
    this.pings = new Pings(loop, clock, token -> send(new ControlRecord.Ping(token)));
  }

  /** The channel is there. */
  void start(ChannelHandlerContext added, LinkOutput output) {
    ctx = added;
    out = output;
    scheduleMaintenance();
  }

  // ---- what happens

  /**
   * Takes no new requests, and closes once both sides have nothing running; after {@code limit} at
   * the latest. Any thread.
   */
  void goAway(CloseReason why, Duration limit) {
    if (!loop.inEventLoop()) {
      EventLoops.execute(loop, () -> goAway(why, limit));
      return;
    }
    drainBeforeGoAway();
    perform(life.goAway(why, clock.getAsLong() + limit.toNanos()));
  }

  /** The peer takes no new requests: neither does this side from now on. */
  void peerGoesAway() {
    drainBeforeGoAway();
    perform(life.peerGoesAway());
  }

  /** What was offered before the GOAWAY goes before it; behind it, a quiet link says CLOSE. */
  private void drainBeforeGoAway() {
    if (life.takesRequests()) {
      out.drain();
    }
  }

  /** Tells the peer why, then closes; at once where {@code code} is null. Any thread. */
  @Override
  public void close(CloseReason why, @Nullable CloseCode code) {
    if (!loop.inEventLoop()) {
      EventLoops.execute(loop, () -> close(why, code));
      return;
    }
    if (life.isOpen() && code != null) {
      out.write(); // what was offered before the CLOSE goes before it
    }
    perform(life.close(why, code, clock.getAsLong()));
  }

  @Override
  public void cut(CloseReason why) {
    perform(life.cut(why));
  }

  @Override
  public void finishIfQuiet() {
    if (life.isFinishing()
        && openStreams() == 0
        && !out.writer().hasFrames()
        && !connection.isDelivering()) {
      perform(life.quiet(clock.getAsLong()));
    }
  }

  private int openStreams() {
    return guard.inboundStreams() + guard.outboundStreams();
  }

  /** The connection is gone. */
  void ended() {
    perform(life.ended());
  }

  // ---- what is to be done

  void perform(LinkLife.Action action) {
    switch (action) {
      case NONE -> {}
      case SEND_GOAWAY -> sendGoAway();
      case SEND_CLOSE -> {
        sendClose(life.closeCode());
        readOn();
      }
      case ANSWER_CLOSE -> {
        sendClose(CloseCode.NORMAL);
        ctx.close();
      }
      case CUT -> ctx.close();
      case RESET -> Channels.reset(ctx.channel());
      case TELL_IDLE -> connection.idle();
      case TEAR_DOWN -> connection.tearDown();
    }
    wakeUpInTime();
  }

  private void sendGoAway() {
    guard.refuseNewRequests();
    out.send(new ControlRecord.GoAway(guard.lastAcceptedStreamId()));
  }

  private void sendClose(CloseCode code) {
    out.writer().offer(ControlRecord.Close.of(code));
    out.write();
  }

  /**
   * What the peer has sent is read and dropped: a connection that is closed with unread bytes is
   * reset, and a peer that is stuck in writing does not come to read our CLOSE.
   */
  private void readOn() {
    if (!ctx.channel().config().isAutoRead()) {
      EventLoops.execute(loop, () -> ctx.channel().config().setAutoRead(true));
    }
  }

  /** Sends a control record; false if the link is closed. */
  boolean send(ControlRecord record) {
    boolean open = life.isOpen();
    if (open) {
      out.send(record);
    }
    return open;
  }

  // ---- time

  /** Has {@link LinkLife#tick} called when it is due. */
  private void wakeUpInTime() {
    long due = life.wakeUpNanos();
    if (due == wakeUpNanos) {
      return;
    }
    wakeUpNanos = due;
    if (wakeUp != null) {
      wakeUp.cancel(false);
      wakeUp = null;
    }
    if (due != LinkLife.NEVER) {
      long delay = Math.max(0, due - clock.getAsLong());
      wakeUp = loop.schedule(this::wokenUp, delay, TimeUnit.NANOSECONDS);
    }
  }

  private void wokenUp() {
    wakeUp = null;
    wakeUpNanos = LinkLife.NEVER; // armed again if the timer came too early
    perform(life.tick(clock.getAsLong(), 0));
  }

  private void scheduleMaintenance() {
    loop.schedule(this::maintain, maintenanceNanos(), TimeUnit.NANOSECONDS);
  }

  /** Until the next look at the link: in time for an incomplete message that runs out of time. */
  private long maintenanceNanos() {
    long interval = Math.min(liveness.intervalNanos(), reassemblyNanos);
    long due = guard.nextDeadlineNanos();
    return due == Long.MAX_VALUE
        ? interval
        : Math.max(0, Math.min(interval, due - clock.getAsLong()));
  }

  private void maintain() {
    if (life.state() == LinkLife.State.CLOSED) {
      return;
    }
    long now = clock.getAsLong();
    guard.onTimer(now);
    out.maintain();
    check(now);
    finishIfQuiet();
    scheduleMaintenance();
  }

  private void check(long now) {
    long read = connection.readNanos();
    if (read != liveness.lastInboundNanos()) {
      liveness.inbound(read);
    }
    long partialSince = reader.isPartial() ? reader.partialSinceNanos() : Long.MIN_VALUE;
    switch (liveness.check(now, out.writer().pendingBytes(), out.writtenMark(), partialSince)) {
      case PING -> out.send(new ControlRecord.Ping(pings.nextToken()));
      case DEAD -> cut(CloseReason.fault("dead"));
      case WRITE_STALLED -> cut(CloseReason.fault("write_stalled"));
      case READ_STALLED -> cut(CloseReason.fault("read_stalled"));
      case NONE -> perform(life.tick(now, unusedNanos(now)));
    }
  }

  @Override
  public void asked(long nowNanos) {
    if (suspicion.asked(nowNanos)) {
      lookInTime(nowNanos);
    }
  }

  private void lookInTime(long nowNanos) {
    loop.schedule(this::look, suspicion.dueNanos() - nowNanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (!life.isOpen()) {
      return;
    }
    long now = clock.getAsLong();
    switch (suspicion.look(now, connection.readNanos())) {
      case PING -> out.send(new ControlRecord.Ping(pings.nextToken()));
      case SUSPECT -> connection.suspect(true);
      case TRUST -> connection.suspect(false);
      case NONE -> {}
    }
    if (suspicion.isWatching()) {
      lookInTime(now);
    }
  }

  private long unusedNanos(long now) {
    if (openStreams() > 0) {
      usedNanos = now;
    }
    return Math.min(now - usedNanos, now - connection.interactionNanos());
  }

  /** Measures the round trip. Cold; any thread. */
  Mono<Duration> ping() {
    return pings.measure();
  }

  /** The peer answered a PING. */
  void answered(ControlRecord.Pong pong) {
    pings.answered(pong.token());
  }

  /** Nobody is answered any more. */
  void failPings(Throwable cause) {
    pings.fail(cause);
  }
}
