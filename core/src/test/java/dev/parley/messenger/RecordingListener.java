package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.Inbound;
import dev.parley.MessagingException;
import dev.parley.TraceContext;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.Activity;
import dev.parley.spi.NodeListener.Outcome;
import dev.parley.spi.NodeListener.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Writes down what it hears of messages. */
final class RecordingListener implements NodeListener {
  final List<String> sent = new ArrayList<>();
  final List<MessagingException> failures = new ArrayList<>();
  final List<String> received = new ArrayList<>();
  final List<Refusal> refused = new ArrayList<>();
  final List<Followed> followed = new ArrayList<>();
  int retried;

  @Override
  public void sent(InteractionModel model, long nanos, Outcome outcome) {
    assert nanos >= 0;
    String what = model == InteractionModel.SIGNAL ? "signal " : "";
    sent.add(what + told(outcome, true));
    if (outcome instanceof Outcome.Failure failure) {
      MessagingException e = Objects.requireNonNull(failure.exception());
      assert e.code() == failure.code() && e.phase() == failure.phase();
      failures.add(e);
    }
  }

  @Override
  public void received(InteractionModel model, long nanos, Outcome outcome) {
    String what = model == InteractionModel.SIGNAL ? "signal " : "";
    received.add(what + told(outcome, false));
  }

  private static String told(Outcome outcome, boolean withPhase) {
    if (outcome instanceof Outcome.Failure f) {
      return f.code() + (withPhase ? " " + f.phase() : "");
    }
    return outcome instanceof Outcome.Success ? "answered" : "cancelled";
  }

  @Override
  public void refused(Refusal reason) {
    refused.add(reason);
  }

  @Override
  public void retried(InteractionModel model) {
    retried++;
  }

  @Override
  public Activity sending(InteractionModel model, AgentId peer, String route, ContextView context) {
    return follow();
  }

  @Override
  public Activity receiving(InteractionModel model, Inbound inbound) {
    return follow();
  }

  private Activity follow() {
    Followed activity = new Followed();
    followed.add(activity);
    return activity;
  }

  /** Writes down how it ended, each time it is told. */
  static final class Followed implements Activity {
    static final TraceContext TRACE =
        TraceContext.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);

    final List<String> ends = new ArrayList<>();

    @Override
    public @Nullable TraceContext trace() {
      return TRACE;
    }

    @Override
    public Context addTo(Context context) {
      return context.put(Followed.class, this);
    }

    @Override
    public void ended(Outcome outcome) {
      ends.add(outcome instanceof Outcome.Failure f ? f.code().toString() : outcome.word());
    }
  }
}
