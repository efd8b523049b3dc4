package dev.parley.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.carrier.BugLog;
import dev.parley.spi.InteractionModel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** Where a developer sees that his handler is broken. */
class HandlerErrorsTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(BugLog.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final AgentId alice = Identity.generate().id();
  private final FakeLink link = new FakeLink(alice);
  private long nanos = Long.MAX_VALUE - 1_000;
  private final FakeTransport transport = new FakeTransport(() -> nanos);
  private final Messenger messenger =
      Messenger.builder(Identity.generate().id(), transport).nanoClock(() -> nanos).build();
  private final HandlerErrors errors = messenger.handlerErrors();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
    messenger.start().block();
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    logger.setAdditive(true);
  }

  private void fails(String route, int times) {
    for (int i = 0; i < times; i++) {
      HandlerFailure failure =
          errors.toFailure(InteractionModel.REQUEST, route, new IllegalStateException("bug"));
      assertThat(failure.code()).isEqualTo(FailureCode.REMOTE_FAILURE);
      assertThat(failure.text()).isNull();
    }
  }

  private void advance(Duration time) {
    nanos += time.toNanos();
  }

  private List<String> lines() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void arrive(InteractionModel model) {
    Inbound in =
        Inbound.of(
            alice,
            "r",
            Message.text("payload"),
            FakeLink.PATH,
            nanos + 1_000_000_000L,
            () -> nanos);
    dev.parley.spi.Receiver receiver = Objects.requireNonNull(transport.receiver);
    TestSubscriber<Object> caller = TestSubscriber.create();
    switch (model) {
      case REQUEST -> receiver.requestResponse(link, in).subscribe(caller);
      case SIGNAL -> receiver.fireAndForget(link, in).subscribe(caller);
      case STREAM -> receiver.requestStream(link, in).subscribe(caller);
      case CHANNEL -> receiver.requestChannel(link, in, Flux.never()).subscribe(caller);
    }
    assertThat(caller.isTerminatedError()).isTrue();
  }

  private void handlersFail(RuntimeException failure, boolean thrown) {
    messenger.receive("r", in -> thrown ? raise(failure) : Mono.error(failure));
    messenger.receiveSignals("r", in -> thrown ? raise(failure) : Mono.error(failure));
    messenger.receiveStreams("r", in -> thrown ? raise(failure) : Flux.error(failure));
    messenger.receiveChannels("r", (in, items) -> thrown ? raise(failure) : Flux.error(failure));
  }

  private static <T> T raise(RuntimeException failure) {
    throw failure;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBugOfAnyHandlerIsLoggedWithItsStackTrace(boolean thrown) {
    handlersFail(new NullPointerException("the bug"), thrown);

    for (InteractionModel model : InteractionModel.values()) {
      arrive(model);
    }

    assertThat(log.list).hasSize(4).allMatch(event -> event.getLevel() == Level.WARN);
    assertThat(lines())
        .allMatch(line -> line.contains("s of route 'r' failed; its caller is told"))
        .allMatch(line -> !line.contains("payload") && !line.contains(alice.toString()));
    ILoggingEvent first = log.list.get(0);
    assertThat(first.getThrowableProxy().getClassName()).contains("BugLog");
    assertThat(first.getThrowableProxy().getMessage())
        .isEqualTo("java.lang.NullPointerException: the bug");
    assertThat(first.getThrowableProxy().getStackTraceElementProxyArray()[0].getSTEAsString())
        .contains("aBugOfAnyHandlerIsLoggedWithItsStackTrace");
  }

  @ParameterizedTest
  @EnumSource(InteractionModel.class)
  void whatAHandlerChoseIsNoBug(InteractionModel model) {
    handlersFail(HandlerFailure.rejected("sold out"), false);

    arrive(model);

    assertThat(log.list).isEmpty();
  }

  @Test
  void aRouteIsLoggedOnceInAMinuteAndTheRestIsSummed() {
    fails("a", 42);
    fails("b", 1);
    assertThat(lines()).hasSize(2).noneMatch(line -> line.contains("more times"));

    advance(Duration.ofSeconds(59));
    fails("a", 1);
    assertThat(lines()).hasSize(2);
    advance(Duration.ofSeconds(1));
    fails("a", 1);

    assertThat(lines()).hasSize(3);
    assertThat(lines().get(2)).contains("requests of route 'a' failed, and 42 more times since");
  }

  @Test
  void whatWasLeftOutIsNamedWhenTheMessengerEnds() {
    fails("", 5);

    messenger.close().block(Duration.ofSeconds(10));

    assertThat(lines().get(1))
        .isEqualTo("the handler of requests of the default route failed 4 more times");
  }

  @Test
  void aFaultOfOursIsLoggedWithItsStackTrace() {
    transport.open = link;
    TestSubscriber<Message> caller = TestSubscriber.create();
    messenger.send(alice, Message.text("payload")).subscribe(caller);

    link.lastCall().caller.onError(new IllegalStateException("a defect"));

    assertThat(((MessagingException) caller.expectTerminalError()).code())
        .isEqualTo(FailureCode.INTERNAL);
    assertThat(lines()).containsExactly("a request of ours failed; its caller is told INTERNAL");
    assertThat(log.list.get(0).getLevel()).isEqualTo(Level.WARN);
    assertThat(log.list.get(0).getThrowableProxy().getMessage()).contains("a defect");
  }

  @Test
  void routesBeyondTheBoundShareAnEntry() {
    for (int i = 0; i < BugLog.MAX_PLACES + 100; i++) {
      fails("route" + i, 1);
    }

    assertThat(lines()).hasSize(BugLog.MAX_PLACES + 1);
  }

  @Test
  void noRouteOrTextForgesALine() {
    errors.toFailure(
        InteractionModel.SIGNAL,
        "r\n2026 ERROR forged",
        new IllegalStateException("x\r\n\u202e" + "y".repeat(5_000)));

    assertThat(lines().get(0)).contains("route 'r\\u{a}2026 ERROR forged'").doesNotContain("\n");
    assertThat(log.list.get(0).getThrowableProxy().getMessage())
        .startsWith("java.lang.IllegalStateException: x\\u{d}\\u{a}\\u{202e}y")
        .endsWith("...")
        .hasSizeLessThan(300);
  }
}
