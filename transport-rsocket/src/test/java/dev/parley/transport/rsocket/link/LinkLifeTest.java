package dev.parley.transport.rsocket.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.transport.rsocket.link.LinkLife.Action;
import dev.parley.transport.rsocket.link.LinkLife.State;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LinkLifeTest {
  private static final long IDLE = Duration.ofMinutes(5).toNanos();
  private static final long CLOSE = Duration.ofSeconds(1).toNanos();
  private static final long LIMIT = Duration.ofSeconds(30).toNanos();

  /** What can happen, each at the time that it is given. */
  private enum Event {
    GO_AWAY,
    PEER_GOES_AWAY,
    QUIET,
    CLOSE,
    CLOSE_AT_ONCE,
    CUT,
    PEER_CLOSES,
    ENDED,
    CLOSE_TIMEOUT,
    LIMIT,
    IDLE;

    Action on(LinkLife life) {
      return switch (this) {
        case GO_AWAY -> life.goAway(CloseReason.SHUTDOWN, LinkLifeTest.LIMIT);
        case PEER_GOES_AWAY -> life.peerGoesAway();
        case QUIET -> life.quiet(0);
        case CLOSE -> life.close(CloseReason.DENIED, CloseCode.ACCESS_DENIED, 0);
        case CLOSE_AT_ONCE -> life.close(CloseReason.SILENT, null, 0);
        case CUT -> life.cut(CloseReason.fault("dead"));
        case PEER_CLOSES -> life.peerClosed(ControlRecord.Close.of(CloseCode.IDLE));
        case ENDED -> life.ended();
        case CLOSE_TIMEOUT -> life.tick(LinkLifeTest.CLOSE, 0);
        case LIMIT -> life.tick(LinkLifeTest.LIMIT, 0);
        case IDLE -> life.tick(0, LinkLifeTest.IDLE);
      };
    }
  }

  private static LinkLife after(List<Event> events) {
    LinkLife life = new LinkLife(Duration.ofNanos(IDLE), Duration.ofNanos(CLOSE));
    events.forEach(e -> e.on(life));
    return life;
  }

  private static Arguments row(
      List<Event> before, Event event, Action action, State state, String reason) {
    return arguments(before, event, action, state, reason.isEmpty() ? null : reason);
  }

  static Stream<Arguments> table() {
    List<Event> open = List.of();
    List<Event> draining = List.of(Event.GO_AWAY);
    List<Event> peerDrains = List.of(Event.PEER_GOES_AWAY);
    List<Event> both = List.of(Event.GO_AWAY, Event.PEER_GOES_AWAY);
    List<Event> closing = List.of(Event.CLOSE);
    List<Event> cut = List.of(Event.CUT);
    List<Event> closed = List.of(Event.ENDED);
    return Stream.of(
        row(open, Event.GO_AWAY, Action.SEND_GOAWAY, State.DRAINING, ""),
        row(open, Event.PEER_GOES_AWAY, Action.SEND_GOAWAY, State.DRAINING, ""),
        row(open, Event.QUIET, Action.NONE, State.OPEN, ""),
        row(open, Event.CLOSE, Action.SEND_CLOSE, State.CLOSING, "access_denied"),
        row(open, Event.CLOSE_AT_ONCE, Action.CUT, State.CUT, "silent"),
        row(open, Event.CUT, Action.CUT, State.CUT, "dead"),
        row(open, Event.PEER_CLOSES, Action.ANSWER_CLOSE, State.CUT, "peer_idle"),
        row(open, Event.ENDED, Action.TEAR_DOWN, State.CLOSED, "truncated"),
        row(open, Event.LIMIT, Action.NONE, State.OPEN, ""),
        row(open, Event.IDLE, Action.TELL_IDLE, State.OPEN, ""),
        row(draining, Event.GO_AWAY, Action.NONE, State.DRAINING, ""),
        row(draining, Event.PEER_GOES_AWAY, Action.NONE, State.DRAINING, ""),
        row(draining, Event.QUIET, Action.NONE, State.DRAINING, ""), // the peer may still ask
        row(draining, Event.CLOSE, Action.SEND_CLOSE, State.CLOSING, "access_denied"),
        row(draining, Event.CLOSE_AT_ONCE, Action.CUT, State.CUT, "silent"),
        row(draining, Event.CUT, Action.CUT, State.CUT, "dead"),
        row(draining, Event.PEER_CLOSES, Action.ANSWER_CLOSE, State.CUT, "peer_idle"),
        row(draining, Event.ENDED, Action.TEAR_DOWN, State.CLOSED, "truncated"),
        row(draining, Event.CLOSE_TIMEOUT, Action.NONE, State.DRAINING, ""),
        row(draining, Event.LIMIT, Action.SEND_CLOSE, State.CLOSING, "shutdown"),
        row(draining, Event.IDLE, Action.NONE, State.DRAINING, ""),
        row(peerDrains, Event.GO_AWAY, Action.NONE, State.DRAINING, ""),
        row(peerDrains, Event.LIMIT, Action.NONE, State.DRAINING, ""), // none was set
        row(peerDrains, Event.QUIET, Action.SEND_CLOSE, State.CLOSING, "peer_going_away"),
        row(both, Event.QUIET, Action.SEND_CLOSE, State.CLOSING, "shutdown"),
        row(both, Event.LIMIT, Action.SEND_CLOSE, State.CLOSING, "shutdown"),
        row(closing, Event.GO_AWAY, Action.NONE, State.CLOSING, "access_denied"),
        row(closing, Event.PEER_GOES_AWAY, Action.NONE, State.CLOSING, "access_denied"),
        row(closing, Event.QUIET, Action.NONE, State.CLOSING, "access_denied"),
        row(closing, Event.CLOSE, Action.NONE, State.CLOSING, "access_denied"),
        row(closing, Event.CLOSE_AT_ONCE, Action.NONE, State.CLOSING, "access_denied"),
        row(closing, Event.CUT, Action.CUT, State.CUT, "access_denied"),
        row(closing, Event.PEER_CLOSES, Action.CUT, State.CUT, "access_denied"),
        row(closing, Event.ENDED, Action.TEAR_DOWN, State.CLOSED, "access_denied"),
        row(closing, Event.CLOSE_TIMEOUT, Action.RESET, State.CUT, "access_denied"),
        row(closing, Event.IDLE, Action.NONE, State.CLOSING, "access_denied"),
        row(cut, Event.GO_AWAY, Action.NONE, State.CUT, "dead"),
        row(cut, Event.PEER_GOES_AWAY, Action.NONE, State.CUT, "dead"),
        row(cut, Event.QUIET, Action.NONE, State.CUT, "dead"),
        row(cut, Event.CLOSE, Action.NONE, State.CUT, "dead"),
        row(cut, Event.CUT, Action.NONE, State.CUT, "dead"),
        row(cut, Event.PEER_CLOSES, Action.NONE, State.CUT, "dead"),
        row(cut, Event.CLOSE_TIMEOUT, Action.NONE, State.CUT, "dead"),
        row(cut, Event.ENDED, Action.TEAR_DOWN, State.CLOSED, "dead"),
        row(closed, Event.PEER_CLOSES, Action.NONE, State.CLOSED, "truncated"));
  }

  @ParameterizedTest(name = "{0}, then {1}: {2}, {3}")
  @MethodSource("table")
  void saysWhatIsToBeDone(
      List<Event> before, Event event, Action action, State state, String reason) {
    LinkLife life = after(before);

    assertThat(event.on(life)).isEqualTo(action);
    assertThat(life.state()).isEqualTo(state);
    assertThat(life.reason() == null ? null : life.reason().label()).isEqualTo(reason);
    assertThat(life.isOpen()).isEqualTo(state == State.OPEN || state == State.DRAINING);
    assertThat(life.takesRequests()).isEqualTo(state == State.OPEN);
    assertThat(life.isOver()).isEqualTo(state == State.CUT || state == State.CLOSED);
  }

  @ParameterizedTest
  @EnumSource
  void nothingHappensToALinkThatIsGone(Event event) {
    LinkLife life = after(List.of(Event.CLOSE, Event.ENDED));

    assertThat(event.on(life)).isEqualTo(Action.NONE);
    assertThat(life.state()).isEqualTo(State.CLOSED);
    assertThat(life.wakeUpNanos()).isEqualTo(LinkLife.NEVER);
  }

  /** A connection that is slow to close, such as a relay's circuit, must not stay for ever. */
  @Test
  void resetsAConnectionThatDoesNotCloseBehindBothCloses() {
    LinkLife life = after(List.of(Event.CLOSE, Event.PEER_CLOSES));

    assertThat(life.wakeUpNanos()).isEqualTo(CLOSE);
    assertThat(Event.CLOSE_TIMEOUT.on(life)).isEqualTo(Action.RESET);
    assertThat(Event.CLOSE_TIMEOUT.on(life)).isEqualTo(Action.NONE);
  }

  @Test
  void theEarliestOfSeveralLimitsHolds() {
    LinkLife life = after(List.of(Event.GO_AWAY));

    life.goAway(CloseReason.DUPLICATE, LIMIT + 1);
    assertThat(life.wakeUpNanos()).isEqualTo(LIMIT);
    life.goAway(CloseReason.IDLE, LIMIT - 1);
    assertThat(life.wakeUpNanos()).isEqualTo(LIMIT - 1);

    assertThat(life.tick(LIMIT - 2, 0)).isEqualTo(Action.NONE);
    assertThat(life.tick(LIMIT - 1, 0)).isEqualTo(Action.SEND_CLOSE);
    assertThat(life.closeCode()).isEqualTo(CloseCode.IDLE);
    assertThat(life.wakeUpNanos()).isEqualTo(LIMIT - 1 + CLOSE);
  }

  /** A monotonic clock may be anywhere, and pass its largest value. */
  @Test
  void limitsHoldWhereTheClockOverflows() {
    LinkLife life = after(List.of());
    long now = Long.MAX_VALUE - 10;

    life.goAway(CloseReason.SHUTDOWN, now + 20);

    assertThat(life.tick(now, 0)).isEqualTo(Action.NONE);
    assertThat(life.tick(now + 20, 0)).isEqualTo(Action.SEND_CLOSE);
  }

  @Test
  void aLinkThatEndsWithoutAWordHasNoCodeToSend() {
    LinkLife life = after(List.of());
    life.goAway(CloseReason.SILENT, LIMIT);
    life.peerGoesAway();

    assertThat(life.quiet(0)).isEqualTo(Action.CUT);
    assertThat(life.reason()).isEqualTo(CloseReason.SILENT);
  }
}
