package dev.parley.observability.http;

import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.HandshakeOutcome;
import dev.parley.spi.NodeListener.Outcome;
import dev.parley.spi.NodeListener.Refusal;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Remembers what the console shows of a node: five minutes of traffic, the open links, the last
 * failures, what was refused, and who uses the node most. Give it to the node's builder, and then
 * to {@link NodeHttp}.
 *
 * <p>Thread-safe. A message costs a counter and a recorded value; memory is bounded.
 */
public final class ConsoleListener implements NodeListener {
  /** How many failures are kept, by default. */
  public static final int DEFAULT_FAILURES = 100;

  private static final int MAX_FAILURES = 10_000;

  private final LongSupplier wallMillis;
  private final long startMillis;
  private final Traffic traffic = new Traffic();
  private final Talkers talkers = new Talkers();
  private final LinkBook links = new LinkBook(traffic, talkers);
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
  public void sent(InteractionModel model, long nanos, Outcome outcome) {
    if (outcome instanceof Outcome.Success) {
      traffic.sent(model, nanos);
    } else if (outcome instanceof Outcome.Failure failure) {
      traffic.failed(model);
      if (failure.exception() != null) {
        failures.add(wallMillis.getAsLong(), model, nanos, failure.exception());
      }
    }
  }

  @Override
  public void received(InteractionModel model, long nanos, Outcome outcome) {
    traffic.received(model, nanos, !(outcome instanceof Outcome.Failure));
    if (outcome instanceof Outcome.Failure failure) {
      refused("handler_" + word(failure.code()));
    }
  }

  @Override
  public void handshake(boolean initiator, long nanos, HandshakeOutcome outcome) {
    if (!initiator && outcome != HandshakeOutcome.OK) {
      refused("handshake_" + word(outcome));
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
  public void refused(Refusal reason) {
    if (reason != Refusal.HANDSHAKE) { // told above, with its cause
      refused(word(reason));
    }
  }

  @Override
  public void turnedAway(Refusal reason, InetAddress from) {
    talkers.turnedAway(from);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void refused(String reason) {
    refusals.computeIfAbsent(reason, r -> new LongAdder()).increment();
  }

  /**
   * How often something was refused, or a handler failed.
   *
   * @param reason why, in a word
   */
  record Refused(String reason, long count) {}

  List<Refused> refusals() {
    return refusals.entrySet().stream()
        .map(e -> new Refused(e.getKey(), e.getValue().sum()))
        .sorted((a, b) -> Long.compare(b.count(), a.count()))
        .toList();
  }

  Traffic traffic() {
    return traffic;
  }

  Talkers talkers() {
    return talkers;
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
    talkers.advance(nanos);
    return traffic.sample(wallMillis.getAsLong(), nanos);
  }
}
