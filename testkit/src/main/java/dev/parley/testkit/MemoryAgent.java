package dev.parley.testkit;

import dev.parley.messenger.ForwardingAgent;
import dev.parley.messenger.Messenger;
import dev.parley.spi.Bound;
import dev.parley.spi.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** A messenger over a transport in memory. */
final class MemoryAgent extends ForwardingAgent implements InMemoryAgent {
  private final Messenger messenger;

  MemoryAgent(Messenger messenger) {
    super(messenger);
    this.messenger = messenger;
  }

  @Override
  public <T extends Protocol.Running> Optional<T> protocol(Class<T> type) {
    return messenger.protocol(type);
  }

  @Override
  public List<Bound> bounds() {
    return messenger.protocolBounds();
  }

  @Override
  public Mono<Void> drain(Duration limit) {
    return messenger.drain(limit);
  }

  @Override
  public Mono<Void> close() {
    return messenger.close();
  }
}
