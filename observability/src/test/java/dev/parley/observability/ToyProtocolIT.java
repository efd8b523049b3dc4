package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.spi.Bound;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.Host;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import dev.parley.spi.Protocol;
import dev.parley.spi.Receiver;
import dev.parley.spi.StateStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A protocol and a filter that somebody else wrote: they take every door there is, a reserved
 * route, state, bounds, metrics and exchanges, and nothing of `core` or `node` knows them.
 */
class ToyProtocolIT {
  private static final SendOptions NOTE = SendOptions.to("parley.ledger/note");
  private static final int MAX_NOTES = 3;

  @TempDir private Path directory;

  /** Keeps notes that others send, at most three, also over a restart. */
  private record Ledger(MeterRegistry registry) implements Protocol {
    @Override
    public String name() {
      return "ledger";
    }

    @Override
    public Mono<Running> start(Host host) {
      return host.state()
          .load()
          .map(
              notes -> {
                Book book = new Book(host.state(), registry.counter("ledger.notes"), notes.size());
                host.answer("parley.ledger/*", book);
                return book;
              });
    }
  }

  private static final class Book implements Protocol.Running, Receiver {
    private final StateStore state;
    private final Counter taken;
    private final AtomicInteger notes;

    Book(StateStore state, Counter taken, int notes) {
      this.state = state;
      this.taken = taken;
      this.notes = new AtomicInteger(notes);
    }

    @Override
    public Mono<Message> requestResponse(Link link, Inbound request) {
      if (notes.incrementAndGet() > MAX_NOTES) {
        notes.decrementAndGet();
        return Mono.error(HandlerFailure.of(FailureCode.OVERLOADED, null, null));
      }
      taken.increment();
      byte[] note = request.message().text().getBytes(StandardCharsets.UTF_8);
      return state.append(note).then(Mono.fromSupplier(() -> Message.text("note " + notes.get())));
    }

    @Override
    public Mono<Void> fireAndForget(Link link, Inbound request) {
      return Mono.empty();
    }

    @Override
    public Flux<Message> requestStream(Link link, Inbound request) {
      return Flux.empty();
    }

    @Override
    public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
      return Flux.empty();
    }

    @Override
    public List<Bound> bounds() {
      return List.of(new Bound("maxNotes", notes.get(), MAX_NOTES));
    }
  }

  /** Writes down what goes through, both ways. */
  private record Seen(Queue<String> lines) implements ExchangeFilter {
    @Override
    public Publisher<Message> sending(
        InteractionModel model,
        Link link,
        Outbound request,
        Function<Outbound, ? extends Publisher<Message>> next) {
      lines.add("out " + request.route());
      return next.apply(request);
    }

    @Override
    public Publisher<Message> receiving(
        InteractionModel model,
        Link link,
        Inbound request,
        Function<Inbound, ? extends Publisher<Message>> next) {
      lines.add("in " + request.route());
      return Flux.from(next.apply(request)).map(answer -> Message.text("<" + answer.text() + ">"));
    }
  }

  @Test
  void takesEveryDoorThereIs() {
    Identity who = Identity.generate();
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    MeterRegistry registry = new SimpleMeterRegistry();
    try (Nodes nodes = new Nodes()) {
      AgentNode alice = nodes.start(Nodes.node().filter(new Seen(seen)));
      AgentNode bob = nodes.start(registry, ledger(who, registry).filter(new Seen(seen)));
      alice.addressBook().add(Nodes.addressOf(bob));

      assertThat(noted(alice, bob)).isEqualTo("<note 1>");
      assertThat(noted(alice, bob)).isEqualTo("<note 2>");

      assertThat(seen).containsOnly("out parley.ledger/note", "in parley.ledger/note").hasSize(4);
      assertThat(registry.get("ledger.notes").counter().count()).isEqualTo(2);
      assertThat(used(registry)).isEqualTo(2);
      assertThat(registry.get("parley.bound.limit").tag("option", "maxNotes").gauge().value())
          .isEqualTo(MAX_NOTES);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> bob.receive("parley.ledger/note", in -> Mono.empty()))
          .withMessageContaining("reserved");
    }

    MeterRegistry again = new SimpleMeterRegistry();
    try (Nodes nodes = new Nodes()) {
      nodes.start(again, ledger(who, again));

      assertThat(used(again)).as("notes after a restart").isEqualTo(2);
    }
  }

  private AgentNodeBuilder ledger(Identity who, MeterRegistry registry) {
    return Nodes.listening()
        .identity(who)
        .state(directory.resolve("ledger.state"))
        .with(new Ledger(registry));
  }

  private static String noted(AgentNode from, AgentNode to) {
    Mono<Message> sent = from.send(to.id(), Message.text("bread"), NOTE);
    return Objects.requireNonNull(sent.block(Nodes.LIMIT)).text();
  }

  private static double used(MeterRegistry registry) {
    return registry.get("parley.bound.used").tag("option", "maxNotes").gauge().value();
  }
}
