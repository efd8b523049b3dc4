package dev.parley.testkit;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Inbound;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.InstanceId;
import dev.parley.carrier.LinkEnd;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import dev.parley.spi.Receiver;
import dev.parley.testkit.MemoryCall.Model;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/** One end of a link. What belongs to its interactions is confined to its loop. */
final class MemoryLink implements CarriedLink {
  private static final String LOST = "lost";
  private static final int BINDING_BYTES = 32;

  private final InMemoryNetwork network;
  private final MemoryCarrier carrier;
  private final InstanceId instance;
  private final boolean check;
  private final long features;
  private final long number;
  private final AgentId peer;
  private final LinkPath path;
  private final MemoryLoop loop;
  private final Sinks.Empty<Void> onClose = Sinks.empty();
  private final AtomicBoolean accepting = new AtomicBoolean(true);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicBoolean goingAway = new AtomicBoolean();
  private final Set<MemoryCall> calls = new LinkedHashSet<>(); // loop
  private final Map<MemoryCall, MemoryAnswer> answers = new LinkedHashMap<>(); // loop
  private final MemoryAsking asking = new MemoryAsking(this);
  private final MemoryPings pings = new MemoryPings(this); // loop
  private volatile String goingAwayFor = "shutdown";
  private boolean peerKnows; // loop: it has heard that we go away
  private boolean down; // loop
  private @Nullable Receiver receiver; // loop
  private @Nullable MemoryLink other;
  private @Nullable MemoryWire wire;

  /**
   * Half a link; it is nothing until it is {@linkplain #connect connected} to the other one.
   *
   * @param number of the link, the same at both ends
   */
  MemoryLink(
      InMemoryNetwork network,
      MemoryCarrier from,
      MemoryCarrier to,
      boolean dialled,
      boolean check,
      long number) {
    this.network = network;
    this.carrier = from;
    this.instance = to.instance();
    this.check = check;
    this.number = number;
    this.features = from.features() & to.features();
    this.peer = to.self();
    this.path = new LinkPath("memory", to.address().toString(), dialled, "none", false);
    this.loop = new MemoryLoop(network.settings().scheduler());
  }

  void connect(MemoryLink otherEnd) {
    other = otherEnd;
    wire = new MemoryWire(network, this, otherEnd);
  }

  MemoryLink other() {
    return present(other);
  }

  long nanos() {
    return network.nanos();
  }

  MemoryLoop loop() {
    return loop;
  }

  /** Whether {@code agent} is at one of the ends. */
  boolean isOf(AgentId agent) {
    return agent.equals(peer) || agent.equals(carrier.self());
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
    return check;
  }

  @Override
  public boolean isRelayed() {
    return false;
  }

  @Override
  public long features() {
    return features;
  }

  @Override
  public byte[] binding() {
    return ByteBuffer.allocate(BINDING_BYTES).putLong(number).array();
  }

  @Override
  public boolean isOpen() {
    return accepting.get();
  }

  // ---- asking

  @Override
  public Mono<Message> requestResponse(Outbound request) {
    return asking.response(request);
  }

  @Override
  public Mono<Void> fireAndForget(Outbound request) {
    return asking.signal(request);
  }

  @Override
  public Flux<Message> requestStream(Outbound request) {
    return asking.stream(request);
  }

  @Override
  public Flux<Message> requestChannel(Outbound first, Publisher<Message> rest) {
    return asking.channel(first, rest);
  }

  /** Why a new interaction cannot start, or null. Loop. */
  @Nullable MessagingException refusal(Message message) {
    int limit = network.settings().maxMessageBytes();
    if (!isOpen()) {
      return lost(false);
    }
    if (message.size() > limit) {
      return tooLarge(message);
    }
    if (calls.size() >= network.settings().maxInteractions()) {
      return MemoryFailure.overloaded(peer, calls.size());
    }
    return null;
  }

  MessagingException tooLarge(Message message) {
    return MemoryFailure.tooLarge(peer, message, network.settings().maxMessageBytes());
  }

  boolean exceedsLimit(Message message) {
    return message.size() > network.settings().maxMessageBytes();
  }

  MessagingException lost(boolean sent) {
    return MemoryFailure.lost(peer, sent);
  }

  void began(MemoryCall call) {
    calls.add(call);
  }

  void ended(MemoryCall call) {
    calls.remove(call);
    closeIfQuiet();
  }

  /** Runs a task on the loop; false when the link is gone. */
  boolean execute(Runnable task) {
    return loop.execute(task);
  }

  void send(int bytes, Consumer<MemoryLink> arrival) {
    present(wire).send(bytes, arrival);
  }

  // ---- answering, on the loop

  /** A request arrives with the first demand. */
  void arrived(MemoryCall call, Model model, Outbound request, long demand) {
    if (!isOpen()) {
      MemoryFailure refused = new MemoryFailure(FailureCode.SHUT_DOWN, Executed.NO, null);
      send(0, asker -> call.failed(refused));
      return;
    }
    Inbound inbound =
        Inbound.of(
                peer,
                request.route(),
                request.message(),
                path,
                request.deadlineNanos(),
                network.settings().nanoClock())
            .withAnnex(request.annex());
    MemoryAnswer answer = new MemoryAnswer(this, call);
    if (model != Model.SIGNAL) {
      answers.put(call, answer);
    }
    if (receiver == null) {
      receiver = carrier.host().receiver(this);
    }
    answer.start(receiver, model, inbound, demand);
  }

  /** Does something with the answer to a call, if it is not over. */
  void onAnswer(MemoryCall call, Consumer<MemoryAnswer> action) {
    MemoryAnswer answer = answers.get(call);
    if (answer != null) {
      action.accept(answer);
    }
  }

  void answered(MemoryCall call) {
    answers.remove(call);
    closeIfQuiet();
  }

  // ---- life

  @Override
  public Mono<Duration> ping() {
    return Mono.create(
        sink -> {
          if (!execute(() -> ping(sink))) {
            sink.error(lost(true));
          }
        });
  }

  private void ping(MonoSink<Duration> sink) {
    if (down) {
      sink.error(lost(true));
    } else {
      pings.send(sink);
    }
  }

  @Override
  public Link.Stats stats() {
    MemoryWire.Counts out = present(wire).counts();
    MemoryWire.Counts in = present(other().wire).counts();
    return new Link.Stats(
        out.sentPackets(),
        in.receivedPackets(),
        out.sentBytes(),
        in.receivedBytes(),
        out.sentBytes(),
        in.receivedBytes(),
        out.heldBytes());
  }

  @Override
  public Mono<Void> closeGracefully(Duration limit) {
    return drain(LinkEnd.SHUTDOWN, limit);
  }

  @Override
  public Mono<Void> drain(LinkEnd why, Duration limit) {
    return Mono.defer(
        () -> {
          stopAccepting();
          if (goingAway.compareAndSet(false, true)) {
            goingAwayFor = label(why);
            send(0, MemoryLink::peerGoesAway);
            loop.schedule(() -> end(label(why)), limit.toNanos());
          }
          return onClose();
        });
  }

  @Override
  public Mono<Void> close(LinkEnd why) {
    return Mono.defer(
        () -> {
          if (why == LinkEnd.SILENT) {
            lose();
            return onClose();
          }
          return end(label(why));
        });
  }

  private static String label(LinkEnd why) {
    return why.name().toLowerCase(Locale.ROOT);
  }

  /** The peer takes no more; all that we sent before it learns that is on its way back by then. */
  private void peerGoesAway() {
    stopAccepting();
    send(
        0,
        there -> {
          there.peerKnows = true;
          there.closeIfQuiet();
        });
  }

  private void closeIfQuiet() {
    if (peerKnows && goingAway.get() && calls.isEmpty() && answers.isEmpty()) {
      end(goingAwayFor);
    }
  }

  /** Ends the link at both ends, without waiting for what runs. */
  private Mono<Void> end(String reason) {
    stopAccepting();
    if (closing.compareAndSet(false, true)) {
      send(0, there -> there.shut("peer_" + reason));
      execute(() -> shut(reason));
    }
    return onClose();
  }

  /** Loses the link; the network does so at both ends. */
  void lose() {
    present(wire).breakOff();
    present(other().wire).breakOff();
    stopAccepting();
    execute(() -> shut(LOST));
  }

  /** Delivers what was held back, both ways: the other end may be gone already. */
  void resume() {
    present(wire).resume();
    present(other().wire).resume();
  }

  private void stopAccepting() {
    if (accepting.compareAndSet(true, false)) {
      carrier.host().closing(this);
    }
  }

  private void shut(String reason) {
    if (down) {
      return;
    }
    down = true;
    stopAccepting();
    List.copyOf(calls).forEach(MemoryCall::lost);
    List.copyOf(answers.values()).forEach(MemoryAnswer::lost);
    pings.lost();
    network.forget(this);
    carrier.host().closed(this, reason, !reason.equals(LOST));
    onClose.tryEmitEmpty();
    loop.retire();
  }

  @Override
  public Mono<Void> onClose() {
    return onClose.asMono();
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the link is not connected");
    }
    return value;
  }
}
