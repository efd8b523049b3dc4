package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class BlockingGuideTest {
  private static final Page PAGE = Page.of("blocking-handlers.md");
  @RegisterExtension final Agents agents = new Agents();
  private final Map<String, String> database = Map.of("clown", "50");

  @Test
  void oneHandlerBlocks() {
    AgentNode bob = agents.start(Agents.listening());
    // region one
    bob.receive(
        "price",
        in ->
            Mono.fromCallable(() -> Message.text(lookUp(in.message().text()))) // may block
                .subscribeOn(Schedulers.boundedElastic()));
    // endregion
    AgentNode alice = agents.start(Agents.knowing(bob));
    assertThat(alice.sendNow(bob.id(), Message.text("clown"), SendOptions.to("price")).text())
        .isEqualTo("50");
  }

  private String lookUp(String lot) {
    return database.getOrDefault(lot, "unknown");
  }

  @Test
  void allHandlersBlock() {
    AgentNodeBuilder builder = Agents.listening();
    // region all
    Scheduler workers = Schedulers.newBoundedElastic(64, 10_000, "handlers");
    AgentNode bob =
        builder
            .handlerScheduler(workers) // at most 64 handlers run, 10,000 wait
            .receive("price", in -> Mono.just(Message.text(lookUp(in.message().text()))))
            .startNow();
    bob.onClose().doFinally(s -> workers.dispose()).subscribe();
    // endregion
    agents.add(bob);
    AgentNode alice = agents.start(Agents.knowing(bob));
    AtomicReference<String> thread = new AtomicReference<>("");
    bob.receive(
        "thread",
        in -> {
          thread.set(Thread.currentThread().getName());
          return Mono.just(Message.text(lookUp("bear")));
        });
    assertThat(alice.sendNow(bob.id(), Message.empty(), SendOptions.to("thread")).text())
        .isEqualTo("unknown");
    assertThat(thread.get()).startsWith("handlers-");
  }

  @Test
  void blockingAnEventLoopIsRefused() {
    AgentNode bob = agents.start(Agents.listening());
    AgentNode alice = agents.start(Agents.knowing(bob));
    bob.receive("price", in -> Mono.just(Message.text("50")));
    // region wrong
    Mono<Message> wrong =
        alice
            .send(bob.id(), Message.text("clown"), SendOptions.to("price"))
            .map(
                first -> // on the link's event loop
                alice.sendNow(bob.id(), Message.text("bear"), SendOptions.to("price")));
    // endregion
    Throwable e = catchThrowable(() -> wrong.block(Duration.ofSeconds(30)));
    assertThat(e)
        .isInstanceOf(IllegalStateException.class)
        .isNotInstanceOf(MessagingException.class);
    PAGE.tells(e.getMessage().replaceAll("parley-[\\w-]+", "parley-epoll-1"));
    // region right
    Mono<Message> right =
        alice
            .send(bob.id(), Message.text("clown"), SendOptions.to("price"))
            .flatMap(first -> alice.send(bob.id(), Message.text("bear"), SendOptions.to("price")));
    // endregion
    assertThat(right.block(Duration.ofSeconds(30)).text()).isEqualTo("50");
  }
}
