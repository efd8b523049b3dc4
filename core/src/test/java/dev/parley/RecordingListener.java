package dev.parley;

import dev.parley.spi.InteractionModel;
import dev.parley.spi.NodeListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what it hears of messages. */
final class RecordingListener implements NodeListener {
  final List<String> sent = new ArrayList<>();
  final List<String> received = new ArrayList<>();
  final List<String> refused = new ArrayList<>();

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
  public void received(InteractionModel model, long nanos, @Nullable FailureCode failure) {
    String what = model == InteractionModel.SIGNAL ? "signal " : "";
    received.add(what + (failure == null ? "answered" : failure.toString()));
  }

  @Override
  public void refused(String reason) {
    refused.add(reason);
  }
}
