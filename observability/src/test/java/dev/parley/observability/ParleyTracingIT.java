package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.TraceContext;
import dev.parley.dht.DhtOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.Dht;
import dev.parley.spi.NodeListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

@Timeout(600)
class ParleyTracingIT {
  private static final SendOptions SOON = SendOptions.timeout(Duration.ofSeconds(60));

  private final Spans here = new Spans();
  private final Spans there = new Spans();
  private final ObservationRegistry ours = Spans.registry(here);
  private final Nodes nodes = new Nodes();
  private final AtomicReference<TraceContext> arrived = new AtomicReference<>();

  @AfterEach
  void close() {
    nodes.close();
  }

  private static NodeListener tracing(Spans spans) {
    return ParleyTracing.bind(Spans.registry(spans));
  }

  @Test
  void oneTraceShowsTheSendTheLookupInItAndTheHandlerOfThePeer() {
    AgentNode seed = nodes.start(Nodes.listening().with(Dht.defaults()));
    AgentNode bob =
        nodes.start(
            Nodes.listening()
                // A client, or alice might meet him in the DHT.
                .with(
                    Dht.builder()
                        .seed(Nodes.addressOf(seed))
                        .options(d -> d.mode(DhtOptions.Mode.CLIENT))
                        .build())
                .listener(tracing(there))
                .receive(
                    "auction/bid",
                    in ->
                        Mono.deferContextual(
                            context -> {
                              arrived.set(in.trace());
                              Observation mine = context.get(ObservationThreadLocalAccessor.KEY);
                              return Mono.just(
                                  Message.text(
                                      mine.getContextView()
                                          .<Spans.Span>getRequired(Spans.Span.class)
                                          .traceId()));
                            })));
    bob.online().block(Nodes.LIMIT);
    AgentNode alice =
        nodes.start(
            Nodes.node().with(Dht.seeds(Nodes.addressOf(seed))).listener(ParleyTracing.bind(ours)));
    alice.online().block(Nodes.LIMIT);
    Observation caller = Observation.start("caller", ours);

    Message answer =
        alice
            .send(bob.id(), Message.text("$50"), SOON.route("auction/bid"))
            .contextWrite(c -> c.put(ObservationThreadLocalAccessor.KEY, caller))
            .block(Nodes.LIMIT);
    caller.stop();

    Spans.Span root = here.span("null");
    Spans.Span send = here.span("send auction/bid");
    Spans.Span lookup = here.span("lookup");
    Spans.Span receive = there.span("receive auction/bid");
    assertThat(send.parent()).isEqualTo(root.id());
    assertThat(lookup.parent()).isEqualTo(send.id());
    assertThat(receive.parent()).isEqualTo(send.id());
    assertThat(receive.traceId()).isEqualTo(send.traceId()).isEqualTo(root.traceId());
    assertThat(lookup.traceId()).isEqualTo(root.traceId());
    assertThat(answer.text()).isEqualTo(root.traceId());
    assertThat(arrived.get().spanId()).isEqualTo(send.id());
  }

  @Test
  void peersThatAreNotTrustedAreToldNothingAndNotBelieved() {
    AgentNode bob =
        nodes.start(
            Nodes.listening()
                .listener(ParleyTracing.bind(Spans.registry(there)).shareWith(peer -> false))
                .receive(
                    in -> {
                      arrived.set(in.trace());
                      return Mono.just(Message.empty());
                    }));
    AgentNode open =
        nodes.start(Nodes.node().peer(Nodes.addressOf(bob)).listener(ParleyTracing.bind(ours)));
    AgentNode closed =
        nodes.start(
            Nodes.node()
                .peer(Nodes.addressOf(bob))
                .listener(ParleyTracing.bind(ours).shareWith(peer -> false)));

    open.send(bob.id(), Message.empty(), SOON).block(Nodes.LIMIT);
    assertThat(arrived.get()).isNotNull();
    assertThat(there.span("receive default").traceId())
        .isNotEqualTo(here.span("send default").traceId());

    closed.send(bob.id(), Message.empty(), SOON).block(Nodes.LIMIT);
    assertThat(arrived.get()).isNull();
  }

  @Test
  void withoutHandlersNothingIsObservedAndNothingTravels() {
    AgentNode bob =
        nodes.start(
            Nodes.listening()
                .receive(
                    in -> {
                      arrived.set(in.trace());
                      return Mono.just(Message.empty());
                    }));
    AgentNode alice =
        nodes.start(
            Nodes.node()
                .peer(Nodes.addressOf(bob))
                .listener(ParleyTracing.bind(ObservationRegistry.create())));

    alice.send(bob.id(), Message.empty(), SOON).block(Nodes.LIMIT);

    assertThat(arrived.get()).isNull();
  }

  @Test
  void namesThingsAsOpenTelemetryDoesWhenAsked() {
    AgentNode bob = nodes.start(Nodes.listening().receive("quote", in -> Mono.just(in.message())));
    AgentNode alice =
        nodes.start(
            Nodes.node()
                .peer(Nodes.addressOf(bob))
                .listener(ParleyTracing.bind(ours).convention(ParleyConvention.OPEN_TELEMETRY)));

    alice.send(bob.id(), Message.empty(), SOON.route("quote")).block(Nodes.LIMIT);

    assertThat(here.span("quote").parent()).isEmpty();
  }
}
