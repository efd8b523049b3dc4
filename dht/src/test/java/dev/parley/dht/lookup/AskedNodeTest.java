package dev.parley.dht.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.dht.LookupReport;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AskedNodeTest {
  private static final NetworkId NETWORK = Network.open("asked").id();
  private static final NodeKey TARGET = NodeKey.of(NETWORK, Identity.generate().id());
  private static final IpEndpoint FIRST = IpEndpoint.v4(0x01020304, 7400);
  private static final IpEndpoint SECOND = IpEndpoint.v4(0x05060708, 7401);

  private static LookupReport.Asked asked(NodeKey key) {
    return new AskedNode(
        TARGET.id(),
        new Contact(key, List.of(FIRST, SECOND)),
        1,
        "answered",
        Duration.ZERO,
        Duration.ZERO);
  }

  @Test
  void saysWhoWasAskedAndWhereAndHowNearItIs() {
    LookupReport.Asked asked = asked(TARGET);

    assertThat(asked.peer()).hasToString(TARGET.agent() + "@1.2.3.4:7400");
    assertThat(asked.addresses())
        .containsExactly(Address.tcp("1.2.3.4", 7400), Address.tcp("5.6.7.8", 7401));
    assertThat(asked.sharedBits()).isEqualTo(256);
  }

  /** A liar tells of keys that are none; a report of the lookup can be read all the same. */
  @Test
  void saysWhereWhatIsNoAgentWasAsked() {
    LookupReport.Asked asked = asked(NodeKey.of(NETWORK, new byte[32]));

    assertThat(asked.peer()).isNull();
    assertThat(asked.addresses()).hasSize(2);
    assertThat(asked.sharedBits()).isLessThan(256);
  }
}
