package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.observability.http.Talkers.View;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TalkersTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final AgentId ALICE = Identity.generate().id();

  private final Talkers talkers = new Talkers();

  private static InetAddress ip(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }

  @Test
  void countsByNetworkAndByAgent() throws UnknownHostException {
    talkers.opened(ALICE, ip("192.0.2.7"));
    talkers.used(ALICE, ip("192.0.2.7"), 4096, 3);
    talkers.turnedAway(ip("192.0.2.9"));
    talkers.turnedAway(ip("2001:db8:1:2::3"));

    assertThat(talkers.top(10).networks())
        .containsExactly(
            new View("192.0.2.0/24", 4096, 3, 2, 1),
            new View("2001:db8:1:0:0:0:0:0/48", 0, 0, 1, 1));
    assertThat(talkers.top(10).agents())
        .containsExactly(new View(ALICE.toShortString(), 4096, 3, 1, 0));
  }

  @Test
  void forgetsAfterTwoMinutes() throws UnknownHostException {
    talkers.turnedAway(ip("192.0.2.9"));

    talkers.advance(MINUTE);
    assertThat(talkers.top(10).networks()).hasSize(1);
    talkers.advance(MINUTE);
    assertThat(talkers.top(10).networks()).isEmpty();
  }

  /** However many come after it. */
  @Test
  void isBoundedAndKeepsTheLargest() throws UnknownHostException {
    talkers.used(ALICE, ip("192.0.2.7"), 1 << 20, 10);
    for (int i = 0; i < 5 * Talkers.MAX; i++) {
      talkers.turnedAway(InetAddress.getByAddress(new byte[] {10, (byte) (i >> 8), (byte) i, 1}));
    }

    assertThat(talkers.top(Integer.MAX_VALUE).networks()).hasSizeLessThanOrEqualTo(Talkers.MAX);
    assertThat(talkers.top(1).networks()).extracting(View::name).containsExactly("192.0.2.0/24");
  }

  @Test
  void aMinuteInWhichSomebodyWasTurnedAwayEndsWithALine() throws UnknownHostException {
    Logger log = (Logger) LoggerFactory.getLogger(Talkers.LOG);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Level before = log.getLevel();
    log.setLevel(Level.INFO);
    log.addAppender(lines);
    try {
      talkers.used(ALICE, ip("198.51.100.1"), 2048, 5);
      talkers.advance(MINUTE);
      talkers.turnedAway(ip("192.0.2.9"));
      talkers.advance(MINUTE);
      talkers.advance(MINUTE);

      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsExactly(
              "1 connections were turned away in a minute; largest networks: 192.0.2.0/24 (0 KiB, 0"
                  + " messages, 1 connections, 1 turned away), 198.51.100.0/24 (2 KiB, 5 messages,"
                  + " 0 connections, 0 turned away); largest agents: "
                  + ALICE.toShortString()
                  + " (2 KiB, 5 messages, 0 connections, 0 turned away)");
    } finally {
      log.detachAppender(lines);
      log.setLevel(before);
    }
  }
}
