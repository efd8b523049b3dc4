package dev.parley.links;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.Candidate;
import dev.parley.spi.CarriedLink;
import dev.parley.spi.Carrier;
import dev.parley.spi.Link;
import dev.parley.spi.TrailRecorder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * One dial of one peer, shared by everybody who waits for it: candidates are raced, each with a
 * head start over the next (RFC 8305), until one proves the peer's key. A link that the peer opens
 * meanwhile wins as well.
 *
 * <p>Thread-safe; its state is guarded by its lock, and it calls out only without it.
 */
final class DialRace {
  private static final int MAX_CANDIDATES = 64;
  private static final int MAX_SOURCES = 4;

  private final Links links;
  private final AgentId peer;
  private final TrailRecorder trail;
  private final Scheduler timer;
  private final List<MonoSink<Link>> waiters = new ArrayList<>(1);
  private final ArrayDeque<Candidate> queue = new ArrayDeque<>();
  private final List<Attempt> running = new ArrayList<>(2);
  private final List<Function<TrailRecorder, Flux<Candidate>>> sources = new ArrayList<>(1);
  private final List<Subscription> resolving = new ArrayList<>(1);
  private final Set<Address> known = new HashSet<>();
  private @Nullable Disposable stagger;
  private boolean begun;
  private int unresolved;
  private boolean over;
  private boolean hungry; // the head start is over and there was nobody to start
  private @Nullable MessagingException furthest;

  DialRace(Links links, AgentId peer, TrailRecorder trail, Scheduler timer) {
    this.links = links;
    this.peer = peer;
    this.trail = trail;
    this.timer = timer;
  }

  TrailRecorder trail() {
    return trail;
  }

  /** Adds somebody who waits, and what they know; false when the race is over. */
  boolean join(MonoSink<Link> waiter, Function<TrailRecorder, Flux<Candidate>> source) {
    boolean ask;
    synchronized (this) {
      if (over) {
        return false;
      }
      waiters.add(waiter);
      boolean isNew = sources.size() < MAX_SOURCES && !sources.contains(source);
      if (isNew) {
        sources.add(source);
        unresolved++;
      }
      ask = isNew && begun;
    }
    waiter.onCancel(() -> leave(waiter));
    if (ask) {
      resolve(source);
    }
    return true;
  }

  private void leave(MonoSink<Link> waiter) {
    boolean last;
    synchronized (this) {
      waiters.remove(waiter);
      last = waiters.isEmpty() && !over;
      over |= last;
    }
    if (last) {
      stop();
      links.raceOver(peer, this);
    }
  }

  /** Starts, after a pause where the peer was unreachable just now. */
  void start(long delayNanos) {
    if (delayNanos <= 0) {
      begin();
    } else {
      trail.step(
          Phase.RESOLVE,
          "dial-backoff",
          "waits "
              + TimeUnit.NANOSECONDS.toMillis(delayNanos)
              + " ms, it was unreachable just now");
      if (schedule(this::begin, delayNanos) == null) {
        links.raceOver(peer, this);
        shutDown(links.shutDown(peer));
      }
    }
  }

  /** Null when the node has stopped, and its timer with it. */
  private @Nullable Disposable schedule(Runnable task, long delayNanos) {
    try {
      return timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return null;
    }
  }

  private void begin() {
    List<Function<TrailRecorder, Flux<Candidate>>> all;
    synchronized (this) {
      begun = true;
      all = List.copyOf(sources);
    }
    all.forEach(this::resolve);
  }

  private void resolve(Function<TrailRecorder, Flux<Candidate>> source) {
    Flux<Candidate> flux;
    try {
      flux = source.apply(trail);
    } catch (RuntimeException e) {
      flux = Flux.error(e);
    }
    flux.take(MAX_CANDIDATES).subscribe(new Candidates());
  }

  /** The peer opened a link by itself. */
  void linkAppeared(CarriedLink link) {
    succeed(link);
  }

  private void next() {
    List<Attempt> start = new ArrayList<>(1);
    MessagingException failure = null;
    synchronized (this) {
      if (over) {
        return;
      }
      Candidate candidate = queue.poll();
      if (candidate != null) {
        Attempt attempt = new Attempt(candidate);
        running.add(attempt);
        start.add(attempt);
        if (stagger != null) {
          stagger.dispose();
        }
        stagger = schedule(this::next, links.options().dialStagger().toNanos());
      } else if (unresolved == 0 && running.isEmpty()) {
        over = true;
        failure = failure();
      } else {
        hungry = true;
      }
    }
    start.forEach(Attempt::start);
    if (failure != null) {
      fail(failure);
    }
  }

  private MessagingException failure() {
    if (furthest != null) {
      return furthest;
    }
    return MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE)
        .peer(peer)
        .detail("no resolver knows an address of it")
        .build();
  }

  private void fail(MessagingException failure) {
    MessagingException told = failure.toBuilder().peer(peer).trail(trail.snapshot()).build();
    List<MonoSink<Link>> tell = stop();
    if (!known.isEmpty()) {
      links.backoff().failed(peer);
    }
    links.raceOver(peer, this);
    tell.forEach(w -> w.error(told));
  }

  /** Ends the race without a winner, because the node stops. */
  void shutDown(MessagingException e) {
    List<MonoSink<Link>> tell = stop();
    tell.forEach(w -> w.error(e));
  }

  private void succeed(CarriedLink link) {
    List<MonoSink<Link>> tell = stop();
    links.raceOver(peer, this);
    links.backoff().succeeded(peer);
    tell.forEach(w -> w.success(link));
  }

  private List<MonoSink<Link>> stop() {
    List<MonoSink<Link>> tell;
    List<Attempt> losers;
    List<Subscription> asked;
    synchronized (this) {
      over = true;
      tell = List.copyOf(waiters);
      waiters.clear();
      losers = List.copyOf(running);
      running.clear();
      queue.clear();
      asked = List.copyOf(resolving);
      resolving.clear();
      if (stagger != null) {
        stagger.dispose();
      }
    }
    asked.forEach(Subscription::cancel);
    losers.forEach(Attempt::abandon);
    return tell;
  }

  /** One address. */
  final class Attempt implements Carrier.DialProgress {
    private final Candidate candidate;
    private volatile @Nullable Disposable connecting;
    private boolean abandoned;
    private volatile String outcome = "failed";

    private Attempt(Candidate candidate) {
      this.candidate = candidate;
    }

    Address address() {
      return candidate.address();
    }

    AgentId peer() {
      return peer;
    }

    private void start() {
      trail.enter(Phase.DIAL);
      Disposable work = links.dial(this);
      boolean stopped;
      synchronized (this) {
        connecting = work;
        stopped = abandoned;
      }
      if (stopped) {
        work.dispose();
      }
    }

    private void abandon() {
      Disposable work;
      synchronized (this) {
        abandoned = true;
        work = connecting;
      }
      if (work != null) {
        work.dispose();
      }
    }

    @Override
    public void connected() {
      trail.enter(Phase.HANDSHAKE);
      trail.step(Phase.DIAL, address().toString(), "connected");
    }

    @Override
    public void failed(String label) {
      outcome = label;
    }

    /**
     * The address led to the peer.
     *
     * @param own the link that came of it
     * @param kept the link for new interactions, another one where the peer dialled as well
     */
    void succeeded(CarriedLink own, CarriedLink kept) {
      trail.step(Phase.HANDSHAKE, address().toString(), "ok, " + own.path().suite());
      synchronized (DialRace.this) {
        running.remove(this);
      }
      succeed(kept);
    }

    /** It did not. */
    void failed(MessagingException e) {
      trail.step(e.phase(), address().toString(), outcome);
      synchronized (DialRace.this) {
        running.remove(this);
        MessagingException before = furthest;
        if (before == null || e.phase().compareTo(before.phase()) > 0) {
          furthest = e;
        }
      }
      next();
    }
  }

  private final class Candidates implements CoreSubscriber<Candidate> {
    @Override
    public void onSubscribe(Subscription s) {
      boolean stopped;
      synchronized (DialRace.this) {
        resolving.add(s);
        stopped = over;
      }
      if (stopped) {
        s.cancel();
      } else {
        s.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(Candidate candidate) {
      boolean idle;
      synchronized (DialRace.this) {
        if (over || !known.add(candidate.address())) {
          return;
        }
        queue.add(candidate);
        idle = running.isEmpty() || hungry;
        hungry = false;
      }
      if (idle) {
        next();
      }
    }

    @Override
    public void onError(Throwable t) {
      trail.step(Phase.RESOLVE, "resolver", "failed: " + t.getClass().getSimpleName());
      synchronized (DialRace.this) {
        if (furthest == null) {
          furthest = t instanceof MessagingException m ? m : resolverFailed(t);
        }
      }
      onComplete();
    }

    @Override
    public void onComplete() {
      boolean idle;
      synchronized (DialRace.this) {
        unresolved--;
        idle = running.isEmpty();
      }
      if (idle) {
        next();
      }
    }
  }

  private MessagingException resolverFailed(Throwable t) {
    return MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE)
        .peer(peer)
        .detail("the resolver failed (" + t.getClass().getSimpleName() + ")")
        .cause(t)
        .build();
  }
}
