package dev.parley.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.Address;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1:7400", "[2001:db8::1:0:0:1]:1", "[::1]:65535"})
  void isAnAddressThatIsDialled(String text) {
    IpEndpoint endpoint = IpEndpoint.from(Address.parse(text));

    assertThat(endpoint).isNotNull().hasToString(text);
    assertThat(endpoint.toAddress()).isEqualTo(Address.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bob.example:7400", "ws://192.0.2.1:80/", "1.2.3.4.example:1"})
  void isNoNameOrWebSocket(String text) {
    assertThat(IpEndpoint.from(Address.parse(text))).isNull();
  }

  @Test
  void refusesIpv4WithinIpv6() {
    assertThatIllegalArgumentException().isThrownBy(() -> IpEndpoint.v6(0, 0xffff_c0000201L, 1));
  }

  @Test
  void countsByNetwork() {
    IpEndpoint a = IpEndpoint.v4(0xc0000201, 1);

    assertThat(IpEndpoint.v4(0xc00002ff, 9).group()).isEqualTo(a.group());
    assertThat(IpEndpoint.v4(0xc0000301, 1).group()).isNotEqualTo(a.group());
    assertThat(IpEndpoint.v4(0xc0000301, 1).wideGroup()).isEqualTo(a.wideGroup());
    IpEndpoint b = IpEndpoint.v6(0x2001_0db8_0001_0000L, 1, 1);
    assertThat(IpEndpoint.v6(0x2001_0db8_0001_ffffL, 9, 1).group()).isEqualTo(b.group());
    assertThat(IpEndpoint.v6(0x2001_0db8_0002_0000L, 1, 1).group()).isNotEqualTo(b.group());
    assertThat(IpEndpoint.v6(0x2001_0db8_0002_0000L, 1, 1).wideGroup()).isEqualTo(b.wideGroup());
    assertThat(IpEndpoint.v6(0x2001_0db9_0001_0000L, 1, 1).wideGroup()).isNotEqualTo(b.wideGroup());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "BOB.example", "192.0.2.1", "::1", "b b"})
  void hostIsANameInItsOneForm(String host) {
    assertThatIllegalArgumentException().isThrownBy(() -> new HostEndpoint(host, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ws://192.0.2.1:80/", "ws://[2001:db8::1]:8080/a", "ws://b.example:1/x/y"})
  void isAWebSocketThatIsDialled(String text) {
    WebSocketEndpoint endpoint = WebSocketEndpoint.of(Address.parse(text));

    assertThat(endpoint).hasToString(text);
    assertThat(endpoint.toAddress()).isEqualTo(Address.parse(text));
    assertThat(endpoint.ip() == null).isEqualTo(text.contains("example"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "BOB.example", "[::1]", "::0001", "b b"})
  void webSocketHasAHostInItsOneForm(String host) {
    assertThatIllegalArgumentException().isThrownBy(() -> new WebSocketEndpoint(host, 1, "/"));
  }

  @Test
  void webSocketHasAPathThatFitsAListing() {
    String longest = "/" + "a".repeat(WebSocketEndpoint.MAX_PATH_LENGTH - 1);
    String host = "a".repeat(60) + ".com";

    assertThat(new WebSocketEndpoint(host, 1, longest).encodedLength()).isEqualTo(109);
    for (String path : List.of("", "a", "/ ", "/?q", longest + "a")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new WebSocketEndpoint("b.example", 1, path));
    }
  }

  @Test
  void eightOfTheLongestAddressesFitAListing() {
    List<ListingAddress> longest = new ArrayList<>();
    for (int i = 0; i < AgentListing.MAX_ADDRESSES; i++) {
      String host = "a".repeat(60) + ".com";
      longest.add(new WebSocketEndpoint(host, 1 + i, "/" + "a".repeat(39)));
    }

    AgentListing listing = Samples.listing(1, longest.toArray(ListingAddress[]::new));

    assertThat(AgentListing.decode(Samples.NETWORK, listing.toBytes()).addresses())
        .isEqualTo(longest);
  }
}
