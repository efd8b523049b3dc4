package dev.parley.examples;

import dev.parley.Message;
import dev.parley.Network;
import dev.parley.StreamOptions;
import dev.parley.node.AgentNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * Immediate: two people edit one text at the same time over a channel. Each sees the own edits at
 * once and the other's as they arrive, and when all have arrived, both have the same text.
 *
 * <p>A channel keeps the order of each side's edits, which is all that {@link SharedText} asks for.
 */
public final class CollaborativeEditing {
  private static final int MAX_EDITS_AHEAD = 1024;

  private CollaborativeEditing() {}

  /** Runs the example. */
  public static void main(String[] args) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    Network network = Network.open("editing");
    Editor alice = new Editor("alice");
    Editor bob = new Editor("bob");
    try (AgentNode bobsNode =
            Nodes.start(
                Nodes.listening(network)
                    .receiveChannels("text", (opening, edits) -> bob.exchange(edits)));
        AgentNode alicesNode = Nodes.start(Nodes.knowing(bobsNode, network))) {
      Disposable channel =
          alice
              .applied(
                  alicesNode.channel(
                      bobsNode.id(), Message.empty(), alice.edits(), StreamOptions.to("text")))
              .subscribe();

      bob.expect(5);
      alice.type(0, "hello");
      bob.await();

      // Both at once, without having seen what the other does.
      bob.expect(7);
      alice.expect(4);
      alice.type(5, " Robert");
      bob.type(5, ", I");
      bob.delete(0);
      alice.await();
      bob.await();

      out.println("alice: " + alice.text());
      out.println("bob:   " + bob.text());
      channel.dispose();
    }
  }

  /** One person's copy of the text, and the edits that the other has to be told. */
  static final class Editor {
    private final SharedText text; // guarded by this
    private final Sinks.Many<Message> edits =
        Sinks.many().unicast().onBackpressureBuffer(Queues.<Message>get(MAX_EDITS_AHEAD).get());
    private volatile CountDownLatch expected = new CountDownLatch(0);

    Editor(String name) {
      text = new SharedText(name);
    }

    /** What the other is to be told, as it asks for it. */
    Flux<Message> edits() {
      return edits.asFlux();
    }

    /** Applies the other's edits; emits nothing. */
    Flux<Message> applied(Flux<Message> others) {
      return others.doOnNext(this::apply).thenMany(Flux.empty());
    }

    /** Both at once: the answers of a channel. */
    Flux<Message> exchange(Flux<Message> others) {
      return edits().mergeWith(applied(others));
    }

    private synchronized void apply(Message edit) {
      text.apply(SharedText.Edit.parse(edit.text()));
      expected.countDown();
    }

    synchronized void type(int index, String characters) {
      for (int i = 0; i < characters.length(); i++) {
        tell(text.insert(index + i, characters.charAt(i)));
      }
    }

    synchronized void delete(int index) {
      tell(text.delete(index));
    }

    private void tell(SharedText.Edit edit) {
      edits.emitNext(Message.text(edit.toText()), Sinks.EmitFailureHandler.FAIL_FAST);
    }

    synchronized String text() {
      return text.text();
    }

    /** Prepares to {@link #await} so many edits of the other. */
    void expect(int edits) {
      expected = new CountDownLatch(edits);
    }

    void await() throws InterruptedException {
      if (!expected.await(Duration.ofSeconds(30).toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("the other's edits did not come");
      }
    }
  }
}
