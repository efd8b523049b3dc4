package dev.parley.links;

import dev.parley.AgentId;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.InstanceId;
import dev.parley.carrier.LinkEnd;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A link that carries nothing, and remembers what was done to it. */
final class FakeCarriedLink implements CarriedLink {
  private final AgentId peer;
  private final InstanceId instance;
  private final boolean relayed;
  private final LinkPath path;
  final Sinks.One<Duration> pong = Sinks.one();
  final List<String> done = new ArrayList<>();
  long received;
  boolean open = true;
  Duration drainLimit = Duration.ZERO;

  FakeCarriedLink(AgentId peer, int instance, boolean dialled, boolean relayed) {
    this.peer = peer;
    this.instance = new InstanceId(0, instance);
    this.relayed = relayed;
    this.path = new LinkPath("fake", "nowhere:1", dialled, "none", false);
  }

  static FakeCarriedLink dialled(AgentId peer, int instance) {
    return new FakeCarriedLink(peer, instance, true, false);
  }

  static FakeCarriedLink accepted(AgentId peer, int instance) {
    return new FakeCarriedLink(peer, instance, false, false);
  }

  @Override
  public AgentId peer() {
    return peer;
  }

  @Override
  public LinkPath path() {
    return path;
  }

  @Override
  public InstanceId instance() {
    return instance;
  }

  @Override
  public boolean isCheck() {
    return false;
  }

  @Override
  public boolean isRelayed() {
    return relayed;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public byte[] binding() {
    return new byte[32];
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public Mono<Duration> ping() {
    return pong.asMono();
  }

  @Override
  public Link.Stats stats() {
    return new Link.Stats(0, 0, 0, 0, 0, received, 0);
  }

  @Override
  public Mono<Void> drain(LinkEnd why, Duration limit) {
    return Mono.fromRunnable(
        () -> {
          drainLimit = limit;
          end("drain " + why);
        });
  }

  @Override
  public Mono<Void> close(LinkEnd why) {
    return Mono.fromRunnable(() -> end("close " + why));
  }

  private void end(String what) {
    open = false;
    done.add(what);
  }

  @Override
  public Mono<Void> closeGracefully(Duration limit) {
    return drain(LinkEnd.SHUTDOWN, limit);
  }

  @Override
  public Mono<Void> onClose() {
    return Mono.never();
  }

  @Override
  public Mono<Message> requestResponse(Outbound request) {
    return Mono.never();
  }

  @Override
  public Mono<Void> fireAndForget(Outbound request) {
    return Mono.never();
  }

  @Override
  public Flux<Message> requestStream(Outbound request) {
    return Flux.never();
  }

  @Override
  public Flux<Message> requestChannel(Outbound first, Publisher<Message> rest) {
    return Flux.never();
  }
}
