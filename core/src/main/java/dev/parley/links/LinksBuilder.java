package dev.parley.links;

import dev.parley.AgentId;
import dev.parley.carrier.Carrier;
import dev.parley.shares.Shares;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Configures {@link Links}. Not thread-safe. */
public final class LinksBuilder {
  final AgentId self;
  final List<Carrier> carriers = new ArrayList<>(1);
  LinkOptions options = LinkOptions.defaults();
  NodeListener listener = NodeListener.none();
  LongSupplier clock = System::nanoTime;
  Scheduler timer = Schedulers.parallel();
  RandomGenerator random = new SplittableRandom();
  Link.Admission admission = Link.Admission.everybody();
  Shares memory = new Shares(Long.MAX_VALUE / Shares.WEIGHT);

  LinksBuilder(AgentId self) {
    this.self = Objects.requireNonNull(self, "self");
  }

  /** Adds a carrier; an address is dialled by the first one that carries it. */
  public LinksBuilder carrier(Carrier value) {
    carriers.add(Objects.requireNonNull(value, "carrier"));
    return this;
  }

  /** How to dial and keep links; {@link LinkOptions#defaults()} unless said. */
  public LinksBuilder options(LinkOptions value) {
    this.options = Objects.requireNonNull(value, "options");
    return this;
  }

  /** Who hears what happens; nobody unless said. */
  public LinksBuilder listener(NodeListener value) {
    this.listener = Objects.requireNonNull(value, "listener");
    return this;
  }

  /** A monotonic clock in nanoseconds; {@link System#nanoTime()} unless said. */
  public LinksBuilder nanoClock(LongSupplier value) {
    this.clock = Objects.requireNonNull(value, "nanoClock");
    return this;
  }

  /** Where races, doubts and reconnects are timed; {@link Schedulers#parallel()} unless said. */
  public LinksBuilder timer(Scheduler value) {
    this.timer = Objects.requireNonNull(value, "timer");
    return this;
  }

  /** Who may have a link; everybody unless said. */
  public LinksBuilder admission(Link.Admission value) {
    this.admission = Objects.requireNonNull(value, "admission");
    return this;
  }

  /** The bytes that are held for peers; without a bound of their own unless said. */
  public LinksBuilder memory(Shares value) {
    this.memory = Objects.requireNonNull(value, "memory");
    return this;
  }

  /** Where jitter comes from; must not block. */
  public LinksBuilder random(RandomGenerator value) {
    this.random = Objects.requireNonNull(value, "random");
    return this;
  }

  /** The links; {@link Links#start} has to follow, and close. */
  public Links build() {
    return new Links(this);
  }
}
