package dev.parley.observability;

import dev.parley.LinkPath;
import dev.parley.spi.Link;
import io.micrometer.core.instrument.Gauge;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * What went over links, summed when it is read: the links count by themselves, so a message costs
 * nothing here. A closed link leaves its counts behind and nothing else. Guarded by its lock; it
 * does not refer to the registry (see {@link SharedMeters}).
 */
final class LinkTotals {
  private final Set<Link> open = new HashSet<>();
  private final Map<Group, Counted> groups = new HashMap<>();
  private boolean registered;
  private Link.Stats closed = new Link.Stats(0, 0, 0, 0, 0, 0, 0);

  /** Links that are counted together. */
  private record Group(String kind, String role, String suite, boolean postQuantum) {
    static Group of(LinkPath path) {
      return new Group(
          path.kind(), path.dialled() ? "dialled" : "accepted", path.suite(), path.postQuantum());
    }
  }

  /** How many there are of a group; its gauge goes with the last of them. */
  private static final class Counted {
    private final Gauge gauge;
    private volatile int links;

    Counted(Meters meters, Group g) {
      gauge =
          meters.gauge(
              ParleyMeter.LINKS,
              this,
              c -> c.links,
              g.kind(),
              g.role(),
              g.suite(),
              String.valueOf(g.postQuantum()));
    }
  }

  /** Registers what is read from here, once. */
  synchronized void register(Meters meters) {
    if (registered) {
      return;
    }
    registered = true;
    counter(meters, ParleyMeter.MESSAGES, "out", Link.Stats::messagesOut);
    counter(meters, ParleyMeter.MESSAGES, "in", Link.Stats::messagesIn);
    counter(meters, ParleyMeter.BYTES, "out", Link.Stats::wireBytesOut);
    counter(meters, ParleyMeter.BYTES, "in", Link.Stats::wireBytesIn);
    counter(meters, ParleyMeter.RECORDS, "out", Link.Stats::recordsSealed);
    counter(meters, ParleyMeter.RECORDS, "in", Link.Stats::recordsOpened);
    Gauge unused = meters.gauge(ParleyMeter.OUTBOUND, this, t -> t.sum(Link.Stats::pendingBytes));
  }

  private void counter(
      Meters meters, ParleyMeter meter, String direction, ToLongFunction<Link.Stats> value) {
    var unused = meters.counter(meter, this, t -> t.sum(value), direction);
  }

  synchronized void opened(Meters meters, Link link) {
    if (open.add(link)) {
      groups.computeIfAbsent(Group.of(link.path()), g -> new Counted(meters, g)).links++;
    }
  }

  synchronized void closed(Meters meters, Link link) {
    if (!open.remove(link)) {
      return;
    }
    closed = plus(closed, link.stats());
    Group group = Group.of(link.path());
    Counted counted = groups.get(group);
    if (counted != null && --counted.links == 0) {
      groups.remove(group);
      meters.remove(counted.gauge);
    }
  }

  private synchronized double sum(ToLongFunction<Link.Stats> value) {
    long sum = value.applyAsLong(closed);
    for (Link link : open) {
      sum += value.applyAsLong(link.stats());
    }
    return sum;
  }

  /** Nothing waits on a link that is gone. */
  private static Link.Stats plus(Link.Stats a, Link.Stats b) {
    return new Link.Stats(
        a.recordsSealed() + b.recordsSealed(),
        a.recordsOpened() + b.recordsOpened(),
        a.bytesSealed() + b.bytesSealed(),
        a.bytesOpened() + b.bytesOpened(),
        a.wireBytesOut() + b.wireBytesOut(),
        a.wireBytesIn() + b.wireBytesIn(),
        0,
        a.messagesOut() + b.messagesOut(),
        a.messagesIn() + b.messagesIn());
  }
}
