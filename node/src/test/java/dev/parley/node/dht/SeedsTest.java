package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.PeerAddress;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(60)
class SeedsTest {
  private static final NetworkId NETWORK = Network.open("test").id();
  private static final String NAME = "seeds.example";

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final AgentId self = Identity.generate().id();
  private final List<List<Contact>> found = new ArrayList<>();
  private LoopbackDns dns;

  @BeforeEach
  void start() throws Exception {
    dns = new LoopbackDns();
  }

  @AfterEach
  void close() {
    dns.close();
  }

  private static PeerAddress seed(String address) {
    return PeerAddress.parse(Identity.generate().id() + "@" + address);
  }

  private void list(PeerAddress seed) {
    dns.txt(NAME, "parley-seed=" + seed);
  }

  private static Contact contact(PeerAddress seed, PeerAddress... others) {
    List<IpEndpoint> addresses = new ArrayList<>(List.of(IpEndpoint.from(seed.address())));
    List.of(others).forEach(other -> addresses.add(IpEndpoint.from(other.address())));
    return new Contact(NodeKey.of(NETWORK, seed.id()), addresses);
  }

  private void resolve(AddressRules rules, Scheduler blocking, PeerAddress... configured) {
    new Seeds(
            NETWORK,
            self,
            rules,
            List.of(configured),
            new DnsSeeds(dns.url(), List.of(NAME, "unknown.example")))
        .resolve(blocking, time)
        .subscribe(found::add);
  }

  private void resolve(AddressRules rules, PeerAddress... configured) {
    resolve(rules, Schedulers.immediate(), configured);
  }

  @Test
  void aNodeWithoutSeedsHasNone() {
    new Seeds(
            NETWORK,
            self,
            AddressRules.machine(),
            List.of(),
            new DnsSeeds(DnsSeeds.SYSTEM, List.of()))
        .resolve(Schedulers.immediate(), time)
        .subscribe(found::add);

    assertThat(found).containsExactly(List.of());
  }

  @Test
  void findsSeedsOfANameBesideTheConfiguredOnes() {
    PeerAddress configured = seed("127.0.0.1:7400");
    PeerAddress listed = seed("127.0.0.1:7401");
    PeerAddress elsewhere = new PeerAddress(configured.id(), seed("127.0.0.1:7402").address());
    list(listed);
    list(elsewhere);
    list(configured);

    resolve(AddressRules.machine(), configured);

    assertThat(found).containsExactly(List.of(contact(configured, elsewhere), contact(listed)));
  }

  @Test
  void usesTheConfiguredSeedsWhereTheNameIsUnknown() {
    PeerAddress configured = seed("127.0.0.1:7400");

    resolve(AddressRules.machine(), configured);

    assertThat(found).containsExactly(List.of(contact(configured)));
  }

  @Test
  void usesTheConfiguredSeedsWhereNoAnswerComes() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    PeerAddress configured = seed("127.0.0.1:7400");
    resolve(AddressRules.machine(), Schedulers.fromExecutor(tasks::add), configured);
    tasks.remove().run(); // and leave the name's

    time.advanceTimeBy(Duration.ofSeconds(9));
    assertThat(found).isEmpty();
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(found).containsExactly(List.of(contact(configured)));
  }

  @Test
  void asksAgainWhileNoSeedIsKnown() throws Exception {
    resolve(AddressRules.machine());
    dns.awaitAnswered(2);
    time.advanceTimeBy(Duration.ofMillis(400));
    assertThat(dns.answered()).isZero();
    time.advanceTimeBy(Duration.ofSeconds(4));
    dns.awaitAnswered(2);
    assertThat(found).isEmpty();
    PeerAddress listed = seed("127.0.0.1:7401");
    list(listed);

    time.advanceTimeBy(Duration.ofMinutes(2));

    assertThat(found).containsExactly(List.of(contact(listed)));
  }

  @Test
  void waitsForASeedThatMayBeDialled() {
    list(seed("10.0.0.1:7400"));
    resolve(AddressRules.publicInternet());
    time.advanceTimeBy(Duration.ofMinutes(2));
    assertThat(found).isEmpty();
    PeerAddress dialable = seed("46.0.0.1:7400");
    list(dialable);

    time.advanceTimeBy(Duration.ofMinutes(2));

    assertThat(found).containsExactly(List.of(contact(dialable)));
  }

  @Test
  void theOnlySeedNeedNotWaitForItself() {
    PeerAddress itself = new PeerAddress(self, seed("10.0.0.1:7400").address());
    list(itself);

    resolve(AddressRules.publicInternet());

    assertThat(found).containsExactly(List.of(contact(itself)));
  }
}
