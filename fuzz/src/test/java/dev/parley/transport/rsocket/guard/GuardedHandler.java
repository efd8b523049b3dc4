package dev.parley.transport.rsocket.guard;

import dev.parley.fuzz.Choices;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.ByteBufPayload;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers in every way a handler can answer at once or never, except one: it does not complete a
 * channel whose items it never subscribed to, because rsocket-core then leaks the first item. That
 * is for the layer between rsocket-core and the handlers of users to prevent.
 */
record GuardedHandler(Choices random) implements RSocket {

  @Override
  public Mono<Void> fireAndForget(Payload payload) {
    payload.release();
    return random.nextBoolean() ? Mono.empty() : Mono.error(new IllegalStateException("fnf"));
  }

  @Override
  public Mono<Payload> requestResponse(Payload payload) {
    int answer = random.nextInt(5);
    if (answer == 0) {
      return Mono.just(payload);
    }
    payload.release();
    return switch (answer) {
      case 1 -> Mono.never();
      case 2 -> Mono.empty();
      case 3 -> Mono.error(new IllegalArgumentException("no"));
      default -> throw new IllegalStateException("handler throws");
    };
  }

  @Override
  public Flux<Payload> requestStream(Payload payload) {
    payload.release();
    return switch (random.nextInt(5)) {
      case 0 -> Flux.never();
      case 1 -> Flux.error(new IllegalArgumentException("no"));
      case 2 -> items(random.nextInt(20)).concatWith(Mono.error(new IllegalStateException()));
      case 3 -> items(1000);
      default -> items(random.nextInt(10));
    };
  }

  private Flux<Payload> items(int count) {
    return Flux.range(0, count).map(i -> payload(random));
  }

  @Override
  public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
    return switch (random.nextInt(7)) {
      case 0 -> Flux.never();
      case 1 -> Flux.error(new IllegalArgumentException("no"));
      case 2 -> {
        Flux.from(payloads).subscribe(Payload::release, e -> {});
        yield items(random.nextInt(10));
      }
      case 3 -> {
        Flux.from(payloads).take(3).subscribe(Payload::release, e -> {});
        yield items(5);
      }
      case 4 -> {
        Flux.from(payloads).limitRate(4).subscribe(Payload::release, e -> {});
        yield Flux.never();
      }
      case 5 -> Flux.from(payloads).take(4);
      default -> Flux.from(payloads);
    };
  }

  static Payload payload(Choices random) {
    byte[] data = new byte[random.nextInt(random.nextInt(10) == 0 ? 600 : 40)];
    return random.nextBoolean()
        ? ByteBufPayload.create(data)
        : ByteBufPayload.create(data, new byte[random.nextInt(30)]);
  }
}
