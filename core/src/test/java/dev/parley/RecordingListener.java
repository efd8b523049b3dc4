package dev.parley;

import dev.parley.spi.Activity;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.NodeListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Writes down what it hears of messages. */
final class RecordingListener implements NodeListener {
  final List<String> sent = new ArrayList<>();
  final List<MessagingException> failures = new ArrayList<>();
  final List<String> received = new ArrayList<>();
  final List<String> refused = new ArrayList<>();
  final List<Followed> followed = new ArrayList<>();
  int retried;

  @Override
  public void sent(
      InteractionModel model, long nanos, @Nullable FailureCode failure, @Nullable Phase phase) {
    assert nanos >= 0;
    String what = model == InteractionModel.SIGNAL ? "signal " : "";
    sent.add(
        what
            + (failure != null ? failure + " " + phase : phase == null ? "answered" : "cancelled"));
  }

  @Override
  public void sendFailed(InteractionModel model, long nanos, MessagingException failure) {
    assert sent.get(sent.size() - 1).endsWith(failure.code() + " " + failure.phase());
    failures.add(failure);
  }

  @Override
  public void received(InteractionModel model, long nanos, @Nullable FailureCode failure) {
    String what = model == InteractionModel.SIGNAL ? "signal " : "";
    received.add(what + (failure == null ? "answered" : failure.toString()));
  }

  @Override
  public void refused(String reason) {
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
    public void ended(@Nullable FailureCode failure, @Nullable Phase phase) {
      ends.add(failure != null ? failure.toString() : phase == null ? "ok" : "cancelled");
    }
  }
}
