package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.spi.Link;
import dev.parley.transport.rsocket.TransportFixture.Started;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;

/** BlockHound watches in every test of the project; here is shown that it bites. */
@Timeout(60)
class EventLoopTest {
  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Throwable blocking() {
    try {
      Thread.sleep(1);
      return new AssertionError("blocking was let through");
    } catch (Throwable t) {
      return t;
    }
  }

  @Test
  void blockingInAHandlerOnTheEventLoopIsCaught() {
    AtomicReference<Throwable> caught = new AtomicReference<>();
    AtomicReference<Thread> thread = new AtomicReference<>();
    Started bob =
        fixture.listening(
            in -> {
              thread.set(Thread.currentThread());
              caught.set(blocking());
              return Mono.just(in.message());
            });
    Link link = fixture.dialling(o -> {}).connect(bob).block(TransportFixture.LIMIT);

    link.requestResponse(TransportFixture.request(Message.empty())).block(TransportFixture.LIMIT);

    assertThat(thread.get()).isInstanceOf(NonBlocking.class);
    assertThat(caught.get()).isInstanceOf(BlockingOperationError.class);
  }

  @Test
  void blockingOnAParallelSchedulerIsCaught() {
    Throwable caught =
        Mono.fromCallable(EventLoopTest::blocking)
            .subscribeOn(Schedulers.parallel())
            .block(TransportFixture.LIMIT);

    assertThat(caught).isInstanceOf(BlockingOperationError.class);
  }

  @Test
  void waitingForAnAnswerOnTheEventLoopIsRefused() {
    Started bob = fixture.listening(in -> Mono.just(in.message()));
    Link link = fixture.dialling(o -> {}).connect(bob).block(TransportFixture.LIMIT);
    Mono<Message> blocksOnLoop =
        link.requestResponse(TransportFixture.request(Message.empty()))
            .map(
                m ->
                    link.requestResponse(TransportFixture.request(m))
                        .block(TransportFixture.LIMIT));

    assertThatThrownBy(() -> blocksOnLoop.block(TransportFixture.LIMIT))
        .isNotInstanceOf(MessagingException.class)
        .hasMessageContaining("block");
  }
}
