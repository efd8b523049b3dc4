package dev.parley.simulator.whole;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.node.AgentNode;
import dev.parley.spi.InteractionModel;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** One call and what its caller is told. */
final class SimCall implements CoreSubscriber<Object> {
  private final World world;
  private final int number;
  private final InteractionModel model;
  private final String route;
  private final int items;
  private final int size;
  private final Duration timeout;
  private final int cancelAfterMillis; // 0 for never
  private final Consumer<String> then;
  private Subscription subscription;
  private int taken;
  private boolean cancelled;
  private boolean over;

  private SimCall(
      World world,
      InteractionModel model,
      String route,
      int items,
      int size,
      Duration timeout,
      int cancelAfterMillis,
      Consumer<String> then) {
    this.world = world;
    this.number = world.calls().next();
    this.model = model;
    this.route = route;
    this.items = items;
    this.size = size;
    this.timeout = timeout;
    this.cancelAfterMillis = cancelAfterMillis;
    this.then = then;
  }

  /** Any call. */
  static SimCall draw(World world, SplittableRandom random) {
    int kind = random.nextInt(20);
    InteractionModel model =
        kind < 12
            ? InteractionModel.REQUEST
            : kind < 14
                ? InteractionModel.SIGNAL
                : kind < 17 ? InteractionModel.STREAM : InteractionModel.CHANNEL;
    return new SimCall(
        world,
        model,
        model.name().toLowerCase(Locale.ROOT),
        random.nextInt(20),
        random.nextInt(30) == 0 ? random.nextInt(200_000) : random.nextInt(1500),
        Duration.ofMillis(random.nextInt(200, 5000)),
        random.nextInt(20) == 0 ? random.nextInt(1, 150) : 0,
        how -> {});
  }

  /** A request that is answered at once where it arrives; {@code then} hears how it ended. */
  static SimCall echo(World world, Duration timeout, Consumer<String> then) {
    return new SimCall(world, InteractionModel.REQUEST, "echo", 0, 100, timeout, 0, then);
  }

  void start(SimHost from, SimHost to) {
    AgentNode node = from.node();
    world
        .calls()
        .begun(
            from.process(),
            route + " to " + to + ", " + size + " bytes, " + timeout.toMillis() + " ms",
            timeout);
    publisher(node, to.identity().id()).subscribe(this);
    if (cancelAfterMillis > 0) {
      world.net().in(cancelAfterMillis * 1_000_000L, () -> giveUp(from.process()));
    }
  }

  private Publisher<?> publisher(AgentNode from, AgentId to) {
    Message request = SimPayload.of(number, 0, items, size);
    StreamOptions flow = StreamOptions.timeout(timeout).openTimeout(timeout);
    return switch (model) {
      case REQUEST -> from.send(to, request, SendOptions.to(route).withTimeout(timeout));
      case SIGNAL -> from.signal(to, request, SendOptions.to(route).withTimeout(timeout));
      case STREAM -> from.stream(to, request, flow.route(route));
      case CHANNEL ->
          from.channel(
              to,
              request,
              Flux.range(1, items).map(item -> SimPayload.of(number, item, 0, size % 3000)),
              flow.route(route));
    };
  }

  private void giveUp(SimProcess caller) {
    if (!over && !caller.isDead()) {
      over = true;
      cancelled = true;
      subscription.cancel();
      world.calls().ended(number, "cancelled", null);
    }
  }

  @Override
  public void onSubscribe(Subscription s) {
    subscription = s;
    s.request(model == InteractionModel.STREAM && items > 3 ? 3 : Long.MAX_VALUE);
  }

  @Override
  public void onNext(Object answer) {
    boolean isFlow = model == InteractionModel.STREAM || model == InteractionModel.CHANNEL;
    taken++;
    if (!SimPayload.is((Message) answer, number, isFlow ? taken : 0)) {
      world.broken("answer", "call " + number + " has a wrong answer, item " + taken);
    }
    if (model == InteractionModel.STREAM) {
      subscription.request(1);
    }
  }

  @Override
  public void onError(Throwable t) {
    if (t instanceof MessagingException e) {
      if (taken > 0 && e.executed() != Executed.YES) {
        world.broken("executed", "call " + number + " had items and was told " + e.executed());
      }
      end(e.code() + "/" + e.executed(), e.executed());
    } else {
      world.broken("outcome", "call " + number + " failed with " + t);
      end(t.getClass().getName(), null);
    }
  }

  @Override
  public void onComplete() {
    int expected =
        model == InteractionModel.REQUEST ? 1 : model == InteractionModel.SIGNAL ? 0 : items;
    if (taken != expected) {
      world.broken("answer", "call " + number + " completed behind " + taken + " of " + expected);
    }
    end("answered", model == InteractionModel.SIGNAL ? null : Executed.YES);
  }

  private void end(String how, Executed told) {
    if (!cancelled) {
      over = true;
      world.calls().ended(number, how, told);
      then.accept(how);
    }
  }
}
