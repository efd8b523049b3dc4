package dev.parley.links;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Trail;
import dev.parley.carrier.CarriedLink;
import dev.parley.spi.Link;
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
 * <p>A caller whose own source of candidates has ended fails as soon as all addresses that are
 * known have failed, though the sources of others go on: what they wait for may be that very
 * caller, as a lookup does that asks the agent it looks for.
 *
 * <p>Thread-safe; its state is guarded by its lock, and it calls out only without it.
 */
final class DialRace {
  private static final int MAX_CANDIDATES = 64;
  private static final int MAX_SOURCES = 4;

  private final Links links;
  private final AgentId peer;
  private final Trail.Recorder trail;
  private final Scheduler timer;
  private final List<Waiter> waiters = new ArrayList<>(1);
  private final ArrayDeque<Candidate> queue = new ArrayDeque<>();
  private final List<DialAttempt> running = new ArrayList<>(2);
  private final List<Waiter.Source> sources = new ArrayList<>(1);
  private final List<Subscription> resolving = new ArrayList<>(1);
  private final Set<Address> known = new HashSet<>();
  private final NoRoom noRoom;
  private @Nullable Disposable again; // when those without room are tried again
  private @Nullable Disposable stagger;
  private boolean begun;
  private int unresolved;
  private boolean over;
  private boolean hungry; // the head start is over and there was nobody to start
  private @Nullable MessagingException furthest;

  DialRace(Links links, AgentId peer, Trail.Recorder trail, Scheduler timer) {
    this.links = links;
    this.peer = peer;
    this.trail = trail;
    this.timer = timer;
    this.noRoom = new NoRoom(links.backoff()::jitterNanos);
  }

  Trail.Recorder trail() {
    return trail;
  }

  /** Adds a caller, and what it knows; false when the race is over. */
  boolean join(MonoSink<Link> sink, Function<Trail.Recorder, Flux<Candidate>> candidates) {
    Waiter.Source source;
    Waiter waiter;
    boolean ask;
    synchronized (this) {
      if (over) {
        return false;
      }
      source = known(candidates);
      boolean isNew = source == null && sources.size() < MAX_SOURCES;
      if (isNew) {
        source = new Waiter.Source(candidates);
        sources.add(source);
        unresolved++;
      }
      ask = isNew && begun;
      waiter = new Waiter(sink, source);
      waiters.add(waiter);
    }
    sink.onCancel(() -> leave(waiter));
    if (ask && source != null) {
      resolve(source);
    } else if (waiter.isDone()) {
      next();
    }
    return true;
  }

  private Waiter.@Nullable Source known(Function<Trail.Recorder, Flux<Candidate>> candidates) {
    for (Waiter.Source source : sources) {
      if (source.candidates.equals(candidates)) {
        return source;
      }
    }
    return null;
  }

  private void leave(Waiter waiter) {
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
      tellWait("dial-backoff", delayNanos, "it was unreachable just now");
      if (schedule(this::begin, delayNanos) == null) {
        links.raceOver(peer, this);
        shutDown(links.shutDown(peer));
      }
    }
  }

  private void tellWait(String where, long nanos, String why) {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
    trail.step(Phase.RESOLVE, where, "waits " + millis + " ms, " + why);
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
    List<Waiter.Source> all;
    synchronized (this) {
      begun = true;
      all = List.copyOf(sources);
    }
    all.forEach(this::resolve);
  }

  private void resolve(Waiter.Source source) {
    Flux<Candidate> flux;
    try {
      flux = source.candidates.apply(trail);
    } catch (RuntimeException e) {
      flux = Flux.error(e);
    }
    flux.take(MAX_CANDIDATES).subscribe(new Candidates(source));
  }

  /** The peer opened a link by itself. */
  void linkAppeared(CarriedLink link) {
    succeed(link);
  }

  private void next() {
    List<DialAttempt> start = new ArrayList<>(1);
    List<Waiter> done = List.of();
    MessagingException failure = null;
    synchronized (this) {
      if (over) {
        return;
      }
      Candidate candidate = queue.poll();
      if (candidate != null) {
        DialAttempt attempt = new DialAttempt(this, candidate);
        running.add(attempt);
        start.add(attempt);
        if (stagger != null) {
          stagger.dispose();
        }
        stagger = schedule(this::next, links.options().dialStagger().toNanos());
      } else if (running.isEmpty() && isTriedAgain()) {
        hungry = true;
      } else if (unresolved == 0 && running.isEmpty()) {
        over = true;
        failure = failure();
      } else {
        hungry = true;
        if (running.isEmpty()) {
          done = waiters.stream().filter(Waiter::isDone).toList();
          waiters.removeAll(done);
          over = waiters.isEmpty();
        }
      }
    }
    start.forEach(DialAttempt::start);
    if (failure != null) {
      fail(failure);
    } else if (!done.isEmpty()) {
      failEarly(done);
    }
  }

  private boolean isTriedAgain() {
    if (again == null) {
      long pause = noRoom.pauseNanos();
      if (pause >= 0) {
        tellWait("no-room", pause, "it takes no more connections now");
        again = schedule(this::tryAgain, pause);
      }
    }
    return again != null;
  }

  private void tryAgain() {
    synchronized (this) {
      again = null;
      queue.addAll(noRoom.take());
    }
    next();
  }

  /** Fails those whose own addresses have all failed, while others wait for more. */
  private void failEarly(List<Waiter> done) {
    MessagingException told = told(failure());
    boolean nobodyWaits;
    synchronized (this) {
      nobodyWaits = over;
    }
    if (nobodyWaits) {
      stop();
      links.raceOver(peer, this);
    }
    Waiter.each(done, w -> w.sink().error(told));
  }

  private MessagingException told(MessagingException failure) {
    return failure.toBuilder().peer(peer).trail(trail.snapshot()).build();
  }

  private synchronized MessagingException failure() {
    if (furthest != null) {
      return furthest;
    }
    return RaceFailures.notFound(peer);
  }

  private void fail(MessagingException failure) {
    MessagingException told = told(failure);
    List<Waiter> tell = stop();
    if (!known.isEmpty()) {
      links.backoff().failed(peer);
    }
    links.raceOver(peer, this);
    Waiter.each(tell, w -> w.sink().error(told));
  }

  /** Ends the race without a winner, because the node stops. */
  void shutDown(MessagingException e) {
    List<Waiter> tell = stop();
    Waiter.each(tell, w -> w.sink().error(e));
  }

  AgentId peer() {
    return peer;
  }

  Disposable dial(DialAttempt attempt) {
    return links.dial(attempt);
  }

  void succeeded(DialAttempt attempt, CarriedLink kept) {
    synchronized (this) {
      running.remove(attempt);
    }
    succeed(kept);
  }

  void failed(DialAttempt attempt, MessagingException e) {
    synchronized (this) {
      running.remove(attempt);
      noRoom.failed(attempt.candidate(), e);
      MessagingException before = furthest;
      if (before == null || e.phase().compareTo(before.phase()) > 0) {
        furthest = e;
      }
    }
    next();
  }

  private void succeed(CarriedLink link) {
    List<Waiter> tell = stop();
    links.raceOver(peer, this);
    links.backoff().succeeded(peer);
    Waiter.each(tell, w -> w.sink().success(link));
  }

  private List<Waiter> stop() {
    List<Waiter> tell;
    List<DialAttempt> losers;
    List<Subscription> asked;
    synchronized (this) {
      over = true;
      tell = List.copyOf(waiters);
      waiters.clear();
      losers = List.copyOf(running);
      running.clear();
      queue.clear();
      if (again != null) {
        again.dispose();
      }
      asked = List.copyOf(resolving);
      resolving.clear();
      if (stagger != null) {
        stagger.dispose();
      }
    }
    asked.forEach(Subscription::cancel);
    losers.forEach(DialAttempt::abandon);
    return tell;
  }

  private final class Candidates implements CoreSubscriber<Candidate> {
    private final Waiter.Source source;

    Candidates(Waiter.Source source) {
      this.source = source;
    }

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
          furthest = RaceFailures.ofResolver(peer, t);
        }
      }
      onComplete();
    }

    @Override
    public void onComplete() {
      boolean idle;
      synchronized (DialRace.this) {
        unresolved--;
        source.ended = true;
        idle = running.isEmpty();
      }
      if (idle) {
        next();
      }
    }
  }
}
