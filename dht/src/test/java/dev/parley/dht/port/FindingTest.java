package dev.parley.dht.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.dht.LookupReport;
import dev.parley.dht.Outcome;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.HostEndpoint;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingAddress;
import dev.parley.dht.wire.ListingSigner;
import dev.parley.dht.wire.NodeKey;
import dev.parley.dht.wire.RelayEndpoint;
import dev.parley.dht.wire.WebSocketEndpoint;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FindingTest {
  private static final NetworkId NETWORK = Network.open("resolved").id();
  private static final Identity ALICE = Identity.generate();
  private static final NodeKey KEY = NodeKey.of(NETWORK, ALICE.id());
  private static final Instant TOLD = Instant.parse("2030-01-02T03:04:05.000007Z");
  private static final IpEndpoint IP = IpEndpoint.v4(0x01020304, 7400);

  @Test
  void saysInWordsOfUsersWhereTheAgentIsAndForHowLong() {
    Finding found =
        resolved(
            listing(
                IP,
                new HostEndpoint("alice.example", 7401),
                new WebSocketEndpoint("alice.example", 80, "/parley"),
                new RelayEndpoint("00".repeat(32))),
            null);

    assertThat(found.addresses())
        .containsExactly(
            Address.tcp("1.2.3.4", 7400),
            Address.tcp("alice.example", 7401),
            Address.ws("alice.example", 80, "/parley"));
    assertThat(found.told()).isEqualTo(TOLD);
    assertThat(found.expires())
        .isEqualTo(TOLD.truncatedTo(ChronoUnit.MILLIS).plus(Duration.ofHours(1)));
    assertThat(found.hasLeft()).isFalse();
  }

  @Test
  void aTombstoneIsFoundAndNowhere() {
    Finding left = resolved(listing(), null);

    assertThat(left.hasLeft()).isTrue();
    assertThat(left.addresses()).isEmpty();
  }

  @Test
  void ofANodeThatAnsweredItselfTheAddressesAreKnownAndNoTime() {
    Contact contact = new Contact(KEY, List.of(IP));
    Finding found = resolved(null, contact);

    assertThat(found.addresses()).containsExactly(IP.toAddress());
    assertThat(found.told()).isNull();
    assertThat(found.expires()).isNull();
    assertThat(contact.peer()).hasToString(ALICE.id() + "@1.2.3.4:7400");
  }

  private static AgentListing listing(ListingAddress... addresses) {
    return AgentListing.sign(
        NETWORK,
        KEY,
        ChronoUnit.MICROS.between(Instant.EPOCH, TOLD),
        Duration.ofHours(1),
        List.of(addresses),
        false,
        ListingSigner.of(ALICE));
  }

  private static Finding resolved(@Nullable AgentListing listing, @Nullable Contact contact) {
    return new Finding(
        listing, contact, new LookupReport(Outcome.FOUND, "found", Duration.ZERO, 1, 1, List.of()));
  }
}
