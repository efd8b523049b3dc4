package dev.parley.dht.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.dht.AddressPolicy;
import dev.parley.dht.wire.IpEndpoint;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
  private static IpEndpoint ip(String text) {
    return Objects.requireNonNull(IpEndpoint.from(Address.parse(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8:7400",
        "8.8.8.8:443",
        "11.0.0.1:1024",
        "172.15.255.255:7400",
        "172.32.0.1:7400",
        "100.63.255.255:7400",
        "100.128.0.1:7400",
        "198.20.0.1:7400",
        "223.255.255.255:7400",
        "45.8.1.1:7400",
        "[2a00:1450::1]:7400",
        "[2001:200::1]:7400",
        "[2002:808:808::1]:7400",
        "[64:ff9b::808:808]:7400",
      })
  void publicAddressesAreAllowed(String text) {
    assertThat(AddressRules.publicInternet().allows(ip(text))).isTrue();
    assertThat(AddressRules.lan().allows(ip(text))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0:7400",
        "10.1.2.3:7400",
        "100.64.0.1:7400",
        "100.127.255.255:7400",
        "127.0.0.1:7400",
        "169.254.1.1:7400",
        "172.16.0.1:7400",
        "172.31.255.255:7400",
        "192.0.0.1:7400",
        "192.0.2.1:7400",
        "192.168.1.1:7400",
        "198.18.0.1:7400",
        "198.19.255.255:7400",
        "198.51.100.1:7400",
        "203.0.113.1:7400",
        "224.0.0.1:7400",
        "240.0.0.1:7400",
        "255.255.255.255:7400",
        "8.8.8.8:1023",
        "8.8.8.8:80",
        "[::]:7400",
        "[::1]:7400",
        "[fe80::1]:7400",
        "[fc00::1]:7400",
        "[fd00::1]:7400",
        "[ff02::1]:7400",
        "[2001:db8::1]:7400",
        "[3fff::1]:7400",
        "[2001:0:a00:1::1]:7400",
        "[2001:0:808:808:0:0:f5ff:fffe]:7400",
        "[2002:a00:1::1]:7400",
        "[2002:7f00:1::1]:7400",
        "[64:ff9b::a00:1]:7400",
        "[64:ff9b:1::1]:7400",
        "[100::1]:7400",
      })
  void otherAddressesAreNotForThePublicInternet(String text) {
    assertThat(AddressRules.publicInternet().allows(ip(text))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0:7400", "224.0.0.1:7400", "255.255.255.255:7400", "[::]:1", "[ff02::1]:1"})
  void evenALanHasUnicastAddressesOnly(String text) {
    assertThat(AddressRules.lan().allows(ip(text))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.168.1.1:80", "10.0.0.1:7400", "[fd00::1]:7400"})
  void aLanAllowsPrivateAddresses(String text) {
    assertThat(AddressRules.lan().allows(ip(text))).isTrue();
    assertThat(AddressRules.machine().allows(ip(text))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:80",
        "127.1.2.3:7400",
        "169.254.169.254:80",
        "169.254.1.1:7400",
        "100.100.100.200:80",
        "192.0.0.192:80",
        "[::1]:7400",
        "[::7f00:1]:7400",
        "[::ffff:0:7f00:1]:7400",
        "[fe80::1]:7400",
        "[febf::1]:7400",
        "[fd00:ec2::254]:80",
        "[2002:7f00:1::1]:7400",
        "[2002:a9fe:a9fe::1]:80",
        "[64:ff9b::7f00:1]:7400",
        "[64:ff9b::a9fe:a9fe]:80",
        "[2001:0:808:808:0:0:80ff:fffe]:7400",
      })
  void aLanDialsNothingWithinTheMachineOrOfItsCloud(String text) {
    assertThat(AddressRules.lan().allows(ip(text))).isFalse();
  }

  private static AddressRules lan(List<String> seeds, List<String> listen) {
    return AddressRules.of(
        AddressPolicy.LAN,
        seeds.stream().map(AddressRulesTest::ip).toList(),
        listen.stream().map(AddressRulesTest::ip).toList());
  }

  @Test
  void aSeedIsDialledWhereverItIs() {
    AddressRules rules = lan(List.of("127.0.0.1:7400"), List.of("0.0.0.0:7401"));

    assertThat(rules.allows(ip("127.0.0.1:7400"))).isTrue();
    assertThat(rules.allows(ip("127.0.0.1:8080"))).isFalse();
  }

  @Test
  void loopbackIsOpenWhereNothingElseIsNamed() {
    assertThat(lan(List.of(), List.of("127.0.0.1:7400")).allows(ip("127.0.0.1:8080"))).isTrue();
    assertThat(lan(List.of("[::1]:1"), List.of()).allows(ip("127.0.0.1:8080"))).isTrue();
    assertThat(lan(List.of("10.0.0.1:1"), List.of("127.0.0.1:1")).allows(ip("127.0.0.1:8080")))
        .isFalse();
    assertThat(AddressRules.machine().allows(ip("[::1]:8080"))).isTrue();
  }

  @Test
  void aLinkIsOpenWhereTheNodeIsOnOne() {
    AddressRules rules = lan(List.of(), List.of("169.254.7.7:7400"));

    assertThat(rules.allows(ip("169.254.1.1:7400"))).isTrue();
    assertThat(rules.allows(ip("169.254.169.254:80"))).isFalse();
  }
}
