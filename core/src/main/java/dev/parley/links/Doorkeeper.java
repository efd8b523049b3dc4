package dev.parley.links;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.carrier.BugLog;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.LinkEnd;
import dev.parley.spi.Link.Admission;
import dev.parley.text.HostName;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks a user's {@link Admission} so that nothing it does harms the node: a decision comes in time,
 * and is a refusal where it fails. Thread-safe.
 */
final class Doorkeeper implements Admission {
  private static final Logger log = LoggerFactory.getLogger(Doorkeeper.class);

  /** What runs on a link that is no longer allowed may take so long to finish. */
  private static final Duration TO_FINISH = Duration.ofSeconds(5);

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);
  private static final int AT_A_TIME = 64;

  private final Admission asked;
  private final Scheduler timer;
  private final BugLog bugs;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Disposable.Swap watching = Disposables.swap();

  Doorkeeper(Admission asked, Scheduler timer, LongSupplier clock) {
    this.asked = asked;
    this.timer = timer;
    this.bugs = new BugLog(clock);
  }

  @Override
  public Verdict connecting(InetAddress from) {
    try {
      return asked.connecting(from);
    } catch (RuntimeException e) {
      bugs.warn("the admission of connections", "DENY", e);
      return Verdict.DENY;
    }
  }

  @Override
  public Mono<Verdict> arriving(Arrival arrival) {
    if (asked == Admission.everybody()) {
      return asked.arriving(arrival);
    }
    return Mono.defer(() -> decide(arrival)).contextWrite(DroppedErrors::addTo);
  }

  private Mono<Verdict> decide(Arrival arrival) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return Mono.just(Verdict.BUSY);
    }
    return Mono.defer(() -> asked.arriving(arrival))
        .timeout(PATIENCE, Mono.just(Verdict.BUSY), timer)
        .defaultIfEmpty(Verdict.DENY)
        .onErrorResume(
            e -> {
              bugs.warn("the admission of agents", "DENY", e);
              return Mono.just(Verdict.DENY);
            })
        .doFinally(signal -> waiting.decrementAndGet());
  }

  /** Completes where an agent may be dialled there; fails as UNAUTHORIZED where it may not. */
  Mono<Void> dialling(AgentId peer, Address address) {
    if (asked == Admission.everybody()) {
      return Mono.empty();
    }
    return arriving(new Arrival(peer, ip(address), true, null, NONE))
        .flatMap(verdict -> verdict == Verdict.ACCEPT ? Mono.empty() : refused(peer, verdict));
  }

  /** A link that this node dialled is there, and with it the address of a name. */
  void dialled(CarriedLink link) {
    if (asked != Admission.everybody()) {
      review(link).subscribe();
    }
  }

  private static @Nullable InetAddress ip(Address address) {
    String host = address.host();
    return HostName.ip((HostName.isIpv6(host) ? "[" + host + "]" : host) + ":" + address.port());
  }

  private static Mono<Void> refused(AgentId peer, Verdict verdict) {
    boolean later = verdict == Verdict.BUSY;
    return Mono.error(
        MessagingException.builder(
                later ? FailureCode.OVERLOADED : FailureCode.UNAUTHORIZED, Phase.DIAL)
            .peer(peer)
            .detail(
                later
                    ? "this node's own admission did not decide in time"
                    : "this node's own rules do not let it dial the agent there")
            .build());
  }

  /** Looks at all links again when the rules have changed, until {@link #stop}. */
  void watch(Supplier<? extends Collection<CarriedLink>> links) {
    watching.update(
        Flux.defer(asked::changes)
            .onBackpressureLatest()
            .concatMap(change -> review(links.get()), 1)
            .contextWrite(DroppedErrors::addTo)
            .subscribe(
                done -> {},
                e -> bugs.warn("the announcement of new rules", "nothing, and none follow", e)));
  }

  private Mono<Void> review(Collection<CarriedLink> links) {
    return Flux.fromIterable(links).flatMap(this::review, AT_A_TIME).then();
  }

  private Mono<Void> review(CarriedLink link) {
    return arriving(arrival(link))
        .doOnNext(
            verdict -> {
              if (verdict == Verdict.DENY || verdict == Verdict.IGNORE) {
                log.debug("{} is no longer allowed", link.peer().toShortString());
                link.drain(LinkEnd.DENIED, TO_FINISH).subscribe();
              }
            })
        .then();
  }

  private static Arrival arrival(CarriedLink link) {
    @Nullable InetAddress ip = link.path().remoteIp();
    ByteBuffer credentials = ByteBuffer.wrap(link.credentials());
    return new Arrival(link.peer(), ip, link.path().dialled(), link.path().suite(), credentials);
  }

  void stop() {
    watching.dispose();
    bugs.close();
  }
}
