package dev.parley.links;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import dev.parley.spi.Receiver;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

class SilentCheckTest {
  private static final AgentId BOB = Identity.generate().id();

  /** A carrier whose threads have ended, so that a dial of its never tells. */
  private static Carrier silent() {
    return (Carrier)
        Proxy.newProxyInstance(
            Carrier.class.getClassLoader(),
            new Class<?>[] {Carrier.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "carries" -> true;
                  case "start" -> Mono.just(List.<Address>of());
                  case "dial" -> Mono.<CarriedLink>never();
                  default -> Mono.empty();
                });
  }

  @Test
  void aCheckEndsWithTheLinks() {
    Links links = Links.builder(Identity.generate().id()).carrier(silent()).build();
    links
        .start(
            (Receiver)
                Proxy.newProxyInstance(
                    Carrier.class.getClassLoader(),
                    new Class<?>[] {Receiver.class},
                    (proxy, method, args) -> Mono.empty()))
        .block();
    TestSubscriber<Void> caller = TestSubscriber.create();
    links.check(BOB, Address.tcp("127.0.0.1", 1)).subscribe(caller);
    assertThat(caller.isTerminated()).isFalse();

    links.close().block(Duration.ofSeconds(10));

    assertThat(((MessagingException) caller.expectTerminalError()).code())
        .isEqualTo(FailureCode.SHUT_DOWN);
  }
}
