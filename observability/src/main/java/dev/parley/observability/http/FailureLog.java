package dev.parley.observability.http;

import dev.parley.AgentId;
import dev.parley.MessagingException;
import dev.parley.Trail;
import dev.parley.spi.InteractionModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The last failures of messages of ours, a bounded number. Thread-safe. */
final class FailureLog {
  private static final int MAX_TEXT = 300;

  private final int capacity;
  private final Deque<Entry> entries = new ArrayDeque<>(); // guarded by this
  private long count; // guarded by this

  FailureLog(int capacity) {
    this.capacity = capacity;
  }

  /** A failure as it came; what is shown of it is made when somebody looks. */
  private record Entry(
      long id, long at, InteractionModel model, long nanos, MessagingException failure) {}

  /**
   * A failure, as it is shown.
   *
   * @param id counts failures from 1
   * @param at when it happened, milliseconds since 1970
   * @param peer the short form of the peer's id
   * @param millis how long the message took to fail
   * @param text what happened, in a sentence
   * @param peerText what the peer's handler chose to say
   */
  record View(
      long id,
      long at,
      String model,
      @Nullable String peer,
      String code,
      String phase,
      String executed,
      boolean retryable,
      double millis,
      String text,
      @Nullable String peerText,
      List<Step> trail) {}

  /** A step of a trail. */
  record Step(String phase, String subject, String outcome, double atMillis) {}

  synchronized void add(
      long atMillis, InteractionModel model, long nanos, MessagingException failure) {
    count++;
    if (entries.size() == capacity) {
      entries.removeFirst();
    }
    entries.addLast(new Entry(count, atMillis, model, nanos, failure));
  }

  /** How many there were. */
  synchronized long count() {
    return count;
  }

  /** Those kept that came after the one with this id, newest first. */
  List<View> after(long id) {
    List<Entry> newer = new ArrayList<>();
    synchronized (this) {
      entries.descendingIterator().forEachRemaining(newer::add);
    }
    return newer.stream().takeWhile(entry -> entry.id > id).map(FailureLog::view).toList();
  }

  private static View view(Entry entry) {
    MessagingException e = entry.failure;
    AgentId peer = e.peer();
    String said = e.peerText();
    return new View(
        entry.id,
        entry.at,
        entry.model == InteractionModel.REQUEST
            ? "send"
            : entry.model.name().toLowerCase(Locale.ROOT),
        peer == null ? null : peer.toShortString(),
        e.code().name(),
        e.phase().name(),
        e.executed().name(),
        e.isRetryable(),
        entry.nanos / 1e6,
        cut(Objects.toString(e.getMessage(), "")),
        said == null ? null : cut(said),
        e.trail().steps().stream().map(FailureLog::step).toList());
  }

  private static Step step(Trail.Step step) {
    return new Step(
        step.phase().name(), cut(step.subject()), cut(step.outcome()), step.at().toNanos() / 1e6);
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
