package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.carrier.Transport;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two agents on a transport, Alice who dials and Bob who is dialled, and bounded waiting. */
abstract class TransportFixture {
  static final Duration LIMIT = Duration.ofSeconds(20);

  final Identity aliceIdentity = Identity.generate();
  final Identity bobIdentity = Identity.generate();
  final ScriptedReceiver atAlice = new ScriptedReceiver();
  final ScriptedReceiver atBob = new ScriptedReceiver();
  private @Nullable Transport aliceTransport;
  private @Nullable Transport bobTransport;
  private List<Address> bobListens = List.of();

  /**
   * A fresh transport that listens, in the same network as those that were asked for before; it is
   * not started.
   */
  protected abstract Transport transport(Identity identity);

  /** The most bytes of data that a message may have on these transports. */
  protected abstract int maxMessageBytes();

  /** Loses every open link at once, without either end saying goodbye. */
  protected abstract void loseLinks();

  /** An address where nothing listens and dials are refused. */
  protected abstract Address refusingAddress();

  /** What peers dial to reach a transport that says it listens at {@code bound}. */
  protected Address dialled(Address bound) {
    return bound;
  }

  /** Lets everything happen that is under way; nothing to do where it happens by itself. */
  protected void settle() {}

  /** Waits until something that the other side brings about is the case. */
  void awaitTrue(BooleanSupplier condition) {
    settle();
    if (!condition.getAsBoolean()) {
      Flux.interval(Duration.ofMillis(5)).filter(i -> condition.getAsBoolean()).blockFirst(LIMIT);
    }
  }

  /** The clock on which these transports count deadlines. */
  protected LongSupplier nanoClock() {
    return System::nanoTime;
  }

  @BeforeEach
  void startBoth() {
    aliceTransport = transport(aliceIdentity);
    bobTransport = transport(bobIdentity);
    await(alice().start(atAlice));
    bobListens = Objects.requireNonNull(await(bob().start(atBob)));
  }

  @AfterEach
  void closeBoth() {
    await(Mono.when(alice().close(), bob().close()));
  }

  final Transport alice() {
    return Objects.requireNonNull(aliceTransport);
  }

  final Transport bob() {
    return Objects.requireNonNull(bobTransport);
  }

  final AgentId aliceId() {
    return aliceIdentity.id();
  }

  final AgentId bobId() {
    return bobIdentity.id();
  }

  final Candidate bobsAddress() {
    assertThat(bobListens).as("addresses that the transport listens at").isNotEmpty();
    return new Candidate(dialled(bobListens.get(0)), "contract");
  }

  /** Alice's open link to Bob, dialled where there is none. */
  final Link link() {
    return present(await(alice().connect(bobId(), trail -> Flux.just(bobsAddress()), trail -> {})));
  }

  /** Bob's end of {@link #link()}; he may have it a moment later than Alice. */
  final Link linkAtBob() {
    await(link().requestResponse(to("", Message.empty())));
    return present(bob().openLink(aliceId()));
  }

  final Outbound to(String route, Message message) {
    return new Outbound(route, message, nanoClock().getAsLong() + Duration.ofSeconds(60).toNanos());
  }

  final Outbound asking(String text) {
    return to("", Message.text(text));
  }

  static <T> T present(@Nullable T value) {
    assertThat(value).isNotNull();
    return Objects.requireNonNull(value);
  }

  final <T> @Nullable T await(Mono<T> mono) {
    return await(mono.toFuture());
  }

  final <T> @Nullable T await(CompletableFuture<T> future) {
    settle();
    try {
      return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("it did not happen within " + LIMIT, e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  final <T> T next(BlockingQueue<T> queue) {
    settle();
    try {
      T item = queue.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (item == null) {
        throw new AssertionError("nothing came within " + LIMIT);
      }
      return item;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  final MessagingException failure(Mono<?> mono) {
    return failure(mono.toFuture());
  }

  final MessagingException failure(CompletableFuture<?> future) {
    try {
      await(future);
    } catch (MessagingException e) {
      return e;
    }
    throw new AssertionError("it should have failed");
  }
}
