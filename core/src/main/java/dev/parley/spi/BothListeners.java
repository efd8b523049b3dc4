package dev.parley.spi;

import dev.parley.AgentId;
import dev.parley.Inbound;
import dev.parley.TraceContext;
import dev.parley.spi.NodeListener.Activity;
import dev.parley.spi.NodeListener.DialOutcome;
import dev.parley.spi.NodeListener.HandshakeOutcome;
import dev.parley.spi.NodeListener.Outcome;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.spi.NodeListener.ResolveOutcome;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Tells two, one after the other. */
record BothListeners(NodeListener first, NodeListener second) implements NodeListener {
  @Override
  public void sent(InteractionModel model, long nanos, Outcome outcome) {
    first.sent(model, nanos, outcome);
    second.sent(model, nanos, outcome);
  }

  @Override
  public void received(InteractionModel model, long nanos, Outcome outcome) {
    first.received(model, nanos, outcome);
    second.received(model, nanos, outcome);
  }

  @Override
  public void resolved(long nanos, ResolveOutcome outcome) {
    first.resolved(nanos, outcome);
    second.resolved(nanos, outcome);
  }

  @Override
  public void dialled(long nanos, DialOutcome outcome) {
    first.dialled(nanos, outcome);
    second.dialled(nanos, outcome);
  }

  @Override
  public void handshake(boolean initiator, long nanos, HandshakeOutcome outcome) {
    first.handshake(initiator, nanos, outcome);
    second.handshake(initiator, nanos, outcome);
  }

  @Override
  public void turnedAway(Refusal reason, InetAddress from) {
    first.turnedAway(reason, from);
    second.turnedAway(reason, from);
  }

  @Override
  public void linkOpened(Link link) {
    first.linkOpened(link);
    second.linkOpened(link);
  }

  @Override
  public void linkClosed(Link link, String reason) {
    first.linkClosed(link, reason);
    second.linkClosed(link, reason);
  }

  @Override
  public void refused(Refusal reason) {
    first.refused(reason);
    second.refused(reason);
  }

  @Override
  public void retried(InteractionModel model) {
    first.retried(model);
    second.retried(model);
  }

  @Override
  public void signalDropped(Refusal reason) {
    first.signalDropped(reason);
    second.signalDropped(reason);
  }

  @Override
  public @Nullable Activity sending(
      InteractionModel model, AgentId peer, String route, ContextView context) {
    return both(
        first.sending(model, peer, route, context), second.sending(model, peer, route, context));
  }

  @Override
  public @Nullable Activity receiving(InteractionModel model, Inbound inbound) {
    return both(first.receiving(model, inbound), second.receiving(model, inbound));
  }

  @Override
  public @Nullable Activity lookingUp(AgentId agent, ContextView context) {
    return both(first.lookingUp(agent, context), second.lookingUp(agent, context));
  }

  private static @Nullable Activity both(@Nullable Activity one, @Nullable Activity other) {
    return one == null ? other : other == null ? one : new BothActivities(one, other);
  }

  private record BothActivities(Activity first, Activity second) implements Activity {
    @Override
    public @Nullable TraceContext trace() {
      TraceContext trace = first.trace();
      return trace == null ? second.trace() : trace;
    }

    @Override
    public Context addTo(Context context) {
      return second.addTo(first.addTo(context));
    }

    @Override
    public void ended(Outcome outcome) {
      first.ended(outcome);
      second.ended(outcome);
    }
  }

  @Override
  public <T> List<T> listenersTo(Class<T> type) {
    return Stream.of(first, second).flatMap(one -> one.listenersTo(type).stream()).toList();
  }
}
