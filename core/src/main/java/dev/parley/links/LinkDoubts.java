package dev.parley.links;

import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.LinkEnd;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * Finds out whether a link still leads to its peer: when a second link of a peer appears, the first
 * may have died without a word, with the peer's process or on the way.
 *
 * <p>The link is asked with a PING and has a second. Any byte that arrives within it is a sign of
 * life: a PONG may wait behind a large message.
 */
final class LinkDoubts {
  /** How long a link may stay silent once it is doubted. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(LinkDoubts.class);

  private final Scheduler timer;

  LinkDoubts(Scheduler timer) {
    this.timer = timer;
  }

  /** Closes {@code link} if it stays silent, and otherwise hands it to {@code alive}. */
  void settle(CarriedLink link, Consumer<CarriedLink> alive) {
    long received = link.stats().wireBytesIn();
    link.ping()
        .timeout(PATIENCE, timer)
        .contextWrite(DroppedErrors::addTo)
        .subscribe(
            roundTrip -> alive.accept(link),
            e -> {
              if (link.stats().wireBytesIn() != received) {
                alive.accept(link);
              } else {
                log.debug("a link to {} is silent", link.peer().toShortString());
                link.close(LinkEnd.SILENT).subscribe();
              }
            });
  }
}
