package dev.parley.testkit;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import dev.parley.carrier.InstanceId;
import dev.parley.carrier.LinkEnd;
import dev.parley.spi.Link;
import dev.parley.spi.Link.Admission.Verdict;
import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.DialOutcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Carries links through an {@link InMemoryNetwork}. A dial takes a round trip to connect and one
 * more to prove who is there.
 */
final class MemoryCarrier implements Carrier {
  private final InMemoryNetwork network;
  private final AgentId self;
  private final Address address;
  private final InstanceId instance;
  private final NodeListener listener;
  private final long features;
  private volatile @Nullable Host host;

  MemoryCarrier(
      InMemoryNetwork network,
      AgentId self,
      Address address,
      InstanceId instance,
      NodeListener listener,
      long features) {
    this.network = network;
    this.self = self;
    this.address = address;
    this.instance = instance;
    this.listener = listener;
    this.features = features;
  }

  long features() {
    return features;
  }

  AgentId self() {
    return self;
  }

  Address address() {
    return address;
  }

  InstanceId instance() {
    return instance;
  }

  Host host() {
    return Objects.requireNonNull(host);
  }

  @Override
  public Set<Address.Scheme> schemes() {
    return Set.of(Address.Scheme.TCP, Address.Scheme.WS); // as the addresses of agents are written
  }

  @Override
  public Mono<List<Address>> start(Host value) {
    return Mono.fromCallable(
        () -> {
          host = value;
          network.listen(this);
          return List.of(address);
        });
  }

  @Override
  public Mono<CarriedLink> dial(AgentId peer, Address to, boolean check, DialProgress progress) {
    return Mono.create(sink -> new Dialling(peer, to, check, progress, sink).start());
  }

  @Override
  public Mono<Void> stopListening() {
    return Mono.fromRunnable(() -> network.unlisten(this));
  }

  @Override
  public Mono<Void> close() {
    return stopListening();
  }

  /** One dial of one address, on the network's scheduler. */
  private final class Dialling {
    private final AgentId peer;
    private final Address to;
    private final boolean check;
    private final DialProgress progress;
    private final MonoSink<CarriedLink> sink;
    private final Disposable.Composite work = Disposables.composite();
    private final long startNanos = network.nanos();

    Dialling(
        AgentId peer,
        Address to,
        boolean check,
        DialProgress progress,
        MonoSink<CarriedLink> sink) {
      this.peer = peer;
      this.to = to;
      this.check = check;
      this.progress = progress;
      this.sink = sink;
    }

    void start() {
      sink.onCancel(work);
      MemoryCarrier there = network.listeningAt(to);
      AgentId target = there == null ? peer : there.self;
      if (network.swallows(self, target)) {
        Duration limit = network.settings().dialTimeout();
        String detail = "no connection within " + limit.toMillis() + " ms";
        after(limit, () -> fail("timeout", FailureCode.AGENT_UNREACHABLE, Phase.DIAL, detail));
      } else {
        after(roundTrip(target), this::connected);
      }
    }

    private void connected() {
      MemoryCarrier there = network.answering(self, to);
      if (there == null) {
        listener.dialled(network.nanos() - startNanos, DialOutcome.REFUSED);
        fail(
            "refused",
            FailureCode.AGENT_UNREACHABLE,
            Phase.DIAL,
            "nothing listens at the address for us");
        return;
      }
      listener.dialled(network.nanos() - startNanos, DialOutcome.CONNECTED);
      progress.connected();
      after(roundTrip(there.self), this::proved);
    }

    private void proved() {
      MemoryCarrier there = network.answering(self, to);
      LinkEnd refusal = there == null ? null : there.host().refusal(self, instance);
      if (there == null || refusal == LinkEnd.SHUTDOWN) {
        lost();
      } else if (!there.self.equals(peer)) {
        fail(
            "identity_mismatch",
            FailureCode.IDENTITY_MISMATCH,
            Phase.HANDSHAKE,
            "another agent answers at the address; check the configured id");
      } else if (refusal != null) {
        fail("denied", FailureCode.UNAUTHORIZED, Phase.HANDSHAKE, "this is the agent itself");
      } else {
        work.add(
            there
                .host()
                .admission()
                .arriving(
                    new Link.Admission.Arrival(self, null, false, "none", ByteBuffer.allocate(0)))
                .subscribe(verdict -> decided(there, verdict)));
      }
    }

    private void decided(MemoryCarrier there, Verdict verdict) {
      if (verdict == Verdict.IGNORE) {
        lost();
      } else if (verdict != Verdict.ACCEPT) {
        boolean busy = verdict == Verdict.BUSY;
        fail(
            busy ? "busy" : "denied",
            busy ? FailureCode.OVERLOADED : FailureCode.UNAUTHORIZED,
            Phase.HANDSHAKE,
            "the peer does not accept links from this agent");
      } else {
        MemoryLink link = network.establish(MemoryCarrier.this, there, check);
        if (link == null) {
          lost();
        } else {
          sink.success(link);
          there.host().accepted(link.other());
        }
      }
    }

    private void lost() {
      fail("lost", FailureCode.HANDSHAKE_FAILED, Phase.HANDSHAKE, "the connection was lost in it");
    }

    private void fail(String outcome, FailureCode code, Phase phase, String detail) {
      progress.failed(outcome);
      sink.error(MessagingException.builder(code, phase).peer(peer).detail(detail).build());
    }

    private Duration roundTrip(AgentId target) {
      return network.latency(self, target).plus(network.latency(target, self));
    }

    private void after(Duration delay, Runnable next) {
      work.add(
          network.settings().scheduler().schedule(next, delay.toNanos(), TimeUnit.NANOSECONDS));
    }
  }
}
