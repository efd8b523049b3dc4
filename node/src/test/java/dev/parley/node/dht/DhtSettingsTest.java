package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.PeerAddress;
import dev.parley.dht.AddressPolicy;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.wire.IpEndpoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DhtSettingsTest {
  private static final Address ANYWHERE = Address.tcp("0.0.0.0", 7400);
  private static final Address SELF = Address.tcp("127.0.0.1", 7400);
  private static final Address INSIDE = Address.tcp("10.0.0.1", 7400);

  private final DhtSettings settings = new DhtSettings();

  @Test
  void namesThatListSeedsLeaveTheAddressPolicyToWhatIsConfigured() {
    settings.seedNames.add("seeds.example");

    assertThat(settings.rulesFor(List.of())).isSameAs(AddressRules.publicInternet());
    assertThat(settings.rulesFor(List.of(ANYWHERE))).isSameAs(AddressRules.publicInternet());
    assertThat(settings.rulesFor(List.of(INSIDE))).isEqualTo(AddressRules.lan());
    settings.seeds.add(new PeerAddress(Identity.generate().id(), INSIDE));
    assertThat(settings.rulesFor(List.of(ANYWHERE)).allows(ip("10.9.9.9:7400"))).isTrue();
  }

  @Test
  void aNodeThatOthersReachDialsNothingOfItsMachineButTheSeed() {
    settings.seeds.add(new PeerAddress(Identity.generate().id(), SELF));

    AddressRules rules = settings.rulesFor(List.of(INSIDE));

    assertThat(rules.allows(ip("127.0.0.1:7400"))).isTrue();
    assertThat(rules.allows(ip("127.0.0.1:8080"))).isFalse();
    assertThat(rules.allows(ip("10.9.9.9:7400"))).isTrue();
  }

  @Test
  void aNodeOfOneMachineDialsNothingElse() {
    AddressRules rules = settings.rulesFor(List.of(SELF, Address.ws("localhost", 7401, "/")));

    assertThat(rules).isEqualTo(AddressRules.machine());
    settings.policy = AddressPolicy.LAN;
    assertThat(settings.rulesFor(List.of(INSIDE)).allows(ip("127.0.0.1:8080"))).isFalse();
  }

  @Test
  void aPathThatOthersDoNotDialIsNotAdvertised() {
    settings.advertised.add(Address.ws("bob.example", 443, "/admin"));

    List<String> problems = new ArrayList<>();
    settings.problems(problems);

    assertThat(problems).singleElement().asString().contains("/parley");
  }

  private static IpEndpoint ip(String text) {
    return IpEndpoint.from(Address.parse(text));
  }
}
