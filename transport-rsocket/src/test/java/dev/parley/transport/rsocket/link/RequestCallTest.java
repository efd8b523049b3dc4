package dev.parley.transport.rsocket.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Message;
import dev.parley.spi.Outbound;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;

class RequestCallTest {
  /**
   * rsocket-core drops an error of the peer's that meets the cancellation of its request on another
   * thread: a peer that fails when the time is up must not fill the log.
   */
  @Test
  void anErrorThatMeetsTheCancellationIsNotLogged() {
    List<Subscription> call = new ArrayList<>();
    RequestCall.of(null, new Outbound("", Message.empty(), 0))
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnSubscribe(Subscription s) {
                call.add(s);
              }
            });
    CoreSubscriber<?> ofRSocket = (CoreSubscriber<?>) Objects.requireNonNull(call.get(0));
    call.get(0).cancel();
    List<Throwable> dropped = new ArrayList<>();
    Hooks.onErrorDropped(dropped::add);
    try {
      Operators.onErrorDropped(new IllegalStateException("late"), ofRSocket.currentContext());
    } finally {
      Hooks.resetOnErrorDropped();
    }

    assertThat(dropped).isEmpty();
  }
}
