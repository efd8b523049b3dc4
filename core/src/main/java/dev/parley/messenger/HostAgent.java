package dev.parley.messenger;

import dev.parley.ChannelHandler;
import dev.parley.MessageHandler;
import dev.parley.SignalHandler;
import dev.parley.StreamHandler;
import reactor.core.Disposable;

/** A messenger as protocols see it: they may answer on reserved routes. */
final class HostAgent extends ForwardingAgent {
  private final Dispatch dispatch;

  HostAgent(Messenger messenger) {
    super(messenger);
    this.dispatch = messenger.dispatch();
  }

  @Override
  public Disposable receive(String route, MessageHandler handler) {
    return dispatch.receive(route, handler);
  }

  @Override
  public Disposable receiveSignals(String route, SignalHandler handler) {
    return dispatch.receiveSignals(route, handler);
  }

  @Override
  public Disposable receiveStreams(String route, StreamHandler handler) {
    return dispatch.receiveStreams(route, handler);
  }

  @Override
  public Disposable receiveChannels(String route, ChannelHandler handler) {
    return dispatch.receiveChannels(route, handler);
  }
}
