package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.PeerAddress;
import dev.parley.dht.port.AddressRules;
import java.util.List;
import org.junit.jupiter.api.Test;

class DhtSettingsTest {
  private static final Address ANYWHERE = Address.tcp("0.0.0.0", 7400);
  private static final Address INSIDE = Address.tcp("10.0.0.1", 7400);

  private final DhtSettings settings = new DhtSettings();

  @Test
  void namesThatListSeedsLeaveTheAddressPolicyToWhatIsConfigured() {
    settings.seedNames.add("seeds.example");

    assertThat(settings.rulesFor(List.of())).isSameAs(AddressRules.publicInternet());
    assertThat(settings.rulesFor(List.of(ANYWHERE))).isSameAs(AddressRules.publicInternet());
    assertThat(settings.rulesFor(List.of(INSIDE))).isSameAs(AddressRules.lan());
    settings.seeds.add(new PeerAddress(Identity.generate().id(), INSIDE));
    assertThat(settings.rulesFor(List.of(ANYWHERE))).isSameAs(AddressRules.lan());
  }
}
