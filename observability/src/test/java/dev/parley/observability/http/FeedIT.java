package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.Identity;
import dev.parley.node.AgentNode;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** What is told when the server stops in that moment. */
class FeedIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Scheduler thread = Schedulers.newSingle("feed-it", true);
  private final ConsoleListener listener = ConsoleListener.create();
  private AgentNode node;

  @BeforeEach
  void start() {
    node =
        Objects.requireNonNull(
            AgentNode.builder()
                .identity(Identity.generate())
                .network("feed-it")
                .start()
                .block(LIMIT));
    logged.start();
    root.addAppender(logged);
  }

  @AfterEach
  void stop() {
    root.detachAppender(logged);
    node.close();
    thread.dispose();
  }

  private Feed feed(Scheduler clock) {
    return feed(clock, System::nanoTime);
  }

  private Feed feed(Scheduler clock, LongSupplier nanoClock) {
    HttpOptions options = HttpOptions.defaults();
    Snapshots snapshots = new Snapshots(node, new HealthProbe(node), listener, options, clock);
    return new Feed(snapshots, listener, options, clock, nanoClock, new JsonMapper());
  }

  /** The clock is disposed between the snapshot and what follows from it. */
  @Test
  void aClockThatIsDisposedDuringASnapshotIsNoError() {
    Scheduler stopping =
        new Scheduler() {
          @Override
          public Disposable schedule(Runnable task) {
            return thread.schedule(task);
          }

          @Override
          public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            throw new RejectedExecutionException("stopping");
          }

          @Override
          public Worker createWorker() {
            return thread.createWorker();
          }
        };

    assertThat(feed(stopping).full().block(LIMIT)).isNotEmpty();

    assertThat(problems()).isEmpty();
  }

  @Test
  void aClockThatIsDisposedBeforeASnapshotEndsItEmpty() {
    Feed feed = feed(thread);
    thread.dispose();

    assertThat(feed.full().blockOptional(LIMIT)).isEmpty();

    assertThat(problems()).isEmpty();
  }

  @Test
  void whoAsksAtAboutTheSameTimeIsToldTheSame() {
    Feed feed = feed(thread, () -> 0);

    assertThat(feed.full().block(LIMIT)).isSameAs(feed.full().block(LIMIT));
  }

  private java.util.List<String> problems() {
    return logged.list.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }
}
