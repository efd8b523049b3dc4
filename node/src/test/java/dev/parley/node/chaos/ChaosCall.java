package dev.parley.node.chaos;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.node.AgentNode;
import dev.parley.spi.InteractionModel;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** One call and what its caller is told. */
final class ChaosCall implements CoreSubscriber<Object> {
  private static final int MAX_ITEMS = 40;

  private final ChaosRun run;
  private final int number;
  private final InteractionModel model;
  private final int items;
  private final int size;
  private final Duration timeout;
  private final int cancelAfterMillis; // 0 for never
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile long startNanos;
  private volatile Subscription subscription;
  private int taken;

  ChaosCall(ChaosRun run, int number, SplittableRandom random) {
    this.run = run;
    this.number = number;
    int kind = random.nextInt(20);
    model =
        kind < 12
            ? InteractionModel.REQUEST
            : kind < 15
                ? InteractionModel.STREAM
                : kind < 18 ? InteractionModel.CHANNEL : InteractionModel.SIGNAL;
    items = random.nextInt(MAX_ITEMS);
    size = random.nextInt(50) == 0 ? random.nextInt(200_000) : random.nextInt(2000);
    timeout = Duration.ofMillis(random.nextInt(200, 2500));
    cancelAfterMillis = random.nextInt(20) == 0 ? random.nextInt(1, 100) : 0;
  }

  void start(AgentNode from, AgentId to) {
    run.ledger().begun();
    startNanos = System.nanoTime();
    publisher(from, to).subscribe(this);
    if (cancelAfterMillis > 0) {
      run.timer().schedule(this::giveUp, cancelAfterMillis, TimeUnit.MILLISECONDS);
    }
  }

  private Publisher<?> publisher(AgentNode from, AgentId to) {
    Message request = ChaosPayload.of(number, 0, items, size);
    SendOptions options =
        SendOptions.to(model == InteractionModel.SIGNAL ? "signal" : "send").withTimeout(timeout);
    StreamOptions flow = StreamOptions.timeout(timeout).openTimeout(timeout);
    return switch (model) {
      case REQUEST -> from.send(to, request, options);
      case SIGNAL -> from.signal(to, request, options);
      case STREAM -> from.stream(to, request, flow.route("stream"));
      case CHANNEL ->
          from.channel(
              to,
              request,
              Flux.range(1, items).map(item -> ChaosPayload.of(number, item, 0, size % 5000)),
              flow.route("channel"));
    };
  }

  private void giveUp() {
    if (over.compareAndSet(false, true)) {
      subscription.cancel();
      run.ledger().ended(number, model, "cancelled", null);
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
    if (!ChaosPayload.is((Message) answer, number, isFlow ? taken : 0)) {
      run.ledger().fault("call " + number + " has a wrong answer, item " + taken);
    }
    if (model == InteractionModel.STREAM) {
      subscription.request(1);
    }
  }

  @Override
  public void onError(Throwable t) {
    if (t instanceof MessagingException e) {
      if (taken > 0 && e.executed() != Executed.YES) {
        run.ledger().fault("call " + number + " had items and was told " + e.executed());
      }
      end(e.code() + "/" + e.executed(), e.executed());
    } else {
      run.ledger().fault("call " + number + " failed with " + t);
      end(t.getClass().getName(), null);
    }
  }

  @Override
  public void onComplete() {
    int expected =
        model == InteractionModel.REQUEST ? 1 : model == InteractionModel.SIGNAL ? 0 : items;
    if (taken != expected) {
      run.ledger().fault("call " + number + " completed behind " + taken + " of " + expected);
    }
    end("answered", model == InteractionModel.SIGNAL ? null : Executed.YES);
  }

  private void end(String how, Executed told) {
    if (over.compareAndSet(false, true)) {
      run.ledger().ended(number, model, how, told);
      run.ended(number, startNanos + timeout.toNanos());
    } else if (cancelAfterMillis == 0) {
      run.ledger().ended(number, model, how, told); // a second time
    }
  }
}
