package dev.parley.testkit;

import dev.parley.Message;
import dev.parley.spi.Outbound;
import dev.parley.testkit.MemoryCall.Model;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What one end of a link is asked for; each subscription is one interaction. */
record MemoryAsking(MemoryLink link) {
  Mono<Message> response(Outbound request) {
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        call(Model.RESPONSE, request, null, actual);
      }
    };
  }

  Mono<Void> signal(Outbound request) {
    return new Mono<Message>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        call(Model.SIGNAL, request, null, actual);
      }
    }.then();
  }

  Flux<Message> stream(Outbound request) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        call(Model.STREAM, request, null, actual);
      }
    };
  }

  Flux<Message> channel(Outbound first, Publisher<Message> rest) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        call(Model.CHANNEL, first, rest, actual);
      }
    };
  }

  private void call(
      Model model,
      Outbound request,
      @Nullable Publisher<Message> rest,
      CoreSubscriber<? super Message> actual) {
    actual.onSubscribe(new MemoryCall(link, model, request, rest, actual));
  }
}
