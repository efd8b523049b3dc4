package dev.parley.dht.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.Environments;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.node.Reachability;
import dev.parley.dht.node.StubRpc;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.store.ListingCache;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a node answers, as PROTOCOL.md §22 has it. */
class RequestHandlerTest {
  private static final class NobodyAnswers extends StubRpc {
    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      return Mono.never();
    }
  }

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Nodes nodes = new Nodes(19);
  private final Contact owner = nodes.contact();
  private final AgentListing listing =
      Nodes.listing(owner.key(), Nodes.WALL * 1000, owner.address());

  private RequestHandler handler(int slots) {
    DhtOptions options =
        DhtOptions.builder().mode(DhtOptions.Mode.SERVER).storage(s -> s.slots(slots)).build();
    NodeCore core =
        new NodeCore(
            Nodes.ALICE_KEY, options, Environments.of(time, nodes.random(), new NobodyAnswers()));
    Calls calls = new Calls(core);
    calls.observe(new Reachability(core, calls));
    return new RequestHandler(
        core, calls, new ListingCache(core.options), new Verification(core, calls));
  }

  private DhtAnswer answer(RequestHandler handler, DhtRequest request) {
    List<DhtAnswer> answers = new ArrayList<>();
    handler.answer(new Caller(owner.key(), owner.address()), request, 1000, answers::add);
    assertThat(answers).hasSize(1);
    return answers.get(0);
  }

  private static DhtAnswer.PutResult result(DhtAnswer answer) {
    return ((DhtAnswer.Stored) answer).result();
  }

  @Test
  void aListingIsTakenOnlyWhereItWouldBeLookedFor() {
    DhtRequest.Put second = new DhtRequest.Put(1, listing);

    assertThat(answer(handler(1), second))
        .asInstanceOf(type(DhtAnswer.Refused.class))
        .returns(DhtAnswer.Refusal.INVALID, DhtAnswer.Refused::refusal);
    assertThat(result(answer(handler(2), second))).isEqualTo(DhtAnswer.PutResult.STORED);
  }

  @Test
  void sequenceNumbersHaveNoSign() {
    RequestHandler handler = handler(1);
    assertThat(result(answer(handler, new DhtRequest.Put(0, listing))))
        .isEqualTo(DhtAnswer.PutResult.STORED);
    DhtKey place = listing.place(0);
    long beyond = Long.MIN_VALUE; // 2^63

    DhtAnswer got = answer(handler, new DhtRequest.Get(place, beyond, 0, 0));
    DhtAnswer wanted =
        answer(handler, new DhtRequest.Have(List.of(DhtRequest.Offer.of(place, beyond))));

    assertThat(((DhtAnswer.Got) got).listing()).isNull();
    assertThat(((DhtAnswer.Got) got).notNewerSequence()).isEqualTo(listing.sequence());
    assertThat(((DhtAnswer.Wanted) wanted).bits()).isEqualTo(1);
  }
}
