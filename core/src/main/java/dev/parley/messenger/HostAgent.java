package dev.parley.messenger;

import dev.parley.Handler;
import reactor.core.Disposable;

/** A messenger as protocols see it: they may answer on reserved routes. */
final class HostAgent extends ForwardingAgent {
  private final Dispatch dispatch;

  HostAgent(Messenger messenger) {
    super(messenger);
    this.dispatch = messenger.dispatch();
  }

  @Override
  public Disposable receive(String route, Handler.Messages handler) {
    return dispatch.receive(route, handler);
  }

  @Override
  public Disposable receiveSignals(String route, Handler.Signals handler) {
    return dispatch.receiveSignals(route, handler);
  }

  @Override
  public Disposable receiveStreams(String route, Handler.Streams handler) {
    return dispatch.receiveStreams(route, handler);
  }

  @Override
  public Disposable receiveChannels(String route, Handler.Channels handler) {
    return dispatch.receiveChannels(route, handler);
  }
}
