package dev.parley.observability.http;

import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the console shows of a node: five minutes of traffic, the open links, the last
 * failures, and what was refused. Give it to the node's builder, and then to {@link NodeHttp}.
 *
 * <p>Thread-safe. A message costs a counter and a recorded value; memory is bounded.
 */
public final class ConsoleListener implements NodeListener {
  /** How many failures are kept, by default. */
  public static final int DEFAULT_FAILURES = 100;

  private static final int MAX_FAILURES = 10_000;
  private static final int MAX_REASONS = 64;

  private final LongSupplier wallMillis;
  private final long startMillis;
  private final Traffic traffic = new Traffic();
  private final LinkBook links = new LinkBook(traffic);
  private final FailureLog failures;
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

  private ConsoleListener(int failures, LongSupplier wallMillis) {
    this.failures = new FailureLog(failures);
    this.wallMillis = wallMillis;
    this.startMillis = wallMillis.getAsLong();
  }

  /** Keeps the last {@value #DEFAULT_FAILURES} failures. */
  public static ConsoleListener create() {
    return create(DEFAULT_FAILURES);
  }

  /**
   * Keeps as many failures, with their trails.
   *
   * @throws IllegalArgumentException unless {@code failures} is 1..10000
   */
  public static ConsoleListener create(int failures) {
    return create(failures, System::currentTimeMillis);
  }

  static ConsoleListener create(int failures, LongSupplier wallMillis) {
    if (failures < 1 || failures > MAX_FAILURES) {
      throw new IllegalArgumentException(
          "failures is " + failures + ", must be 1.." + MAX_FAILURES);
    }
    return new ConsoleListener(failures, wallMillis);
  }

  @Override
  public void sent(
      InteractionModel model, long nanos, @Nullable FailureCode failure, @Nullable Phase phase) {
    if (failure != null) {
      traffic.failed(model);
    } else if (phase == null) {
      traffic.sent(model, nanos);
    }
  }

  @Override
  public void sendFailed(InteractionModel model, long nanos, MessagingException failure) {
    failures.add(wallMillis.getAsLong(), model, nanos, failure);
  }

  @Override
  public void received(InteractionModel model, long nanos, @Nullable FailureCode failure) {
    traffic.received(model, nanos, failure == null);
    if (failure != null) {
      refused("handler_" + failure.name().toLowerCase(Locale.ROOT));
    }
  }

  @Override
  public void linkOpened(Link link) {
    links.opened(link, wallMillis.getAsLong());
  }

  @Override
  public void linkClosed(Link link, String reason) {
    links.closed(link);
  }

  @Override
  public void refused(String reason) {
    LongAdder counter = refusals.get(reason);
    if (counter == null) {
      String name = refusals.size() < MAX_REASONS ? reason : "other";
      counter = refusals.computeIfAbsent(name, r -> new LongAdder());
    }
    counter.increment();
  }

  /**
   * How often something was refused, or a handler failed.
   *
   * @param reason why, in a word
   */
  record Refusal(String reason, long count) {}

  List<Refusal> refusals() {
    return refusals.entrySet().stream()
        .map(e -> new Refusal(e.getKey(), e.getValue().sum()))
        .sorted((a, b) -> Long.compare(b.count(), a.count()))
        .toList();
  }

  Traffic traffic() {
    return traffic;
  }

  LinkBook links() {
    return links;
  }

  FailureLog failures() {
    return failures;
  }

  /** When it began to listen: just before the node was started. */
  long startMillis() {
    return startMillis;
  }

  long wallMillis() {
    return wallMillis.getAsLong();
  }

  /** Ends a second, or what took {@code nanos} in its place. */
  Sample sample(long nanos) {
    links.advance(nanos);
    return traffic.sample(wallMillis.getAsLong(), nanos);
  }
}
