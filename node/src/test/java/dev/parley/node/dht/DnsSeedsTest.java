package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.Identity;
import dev.parley.PeerAddress;
import dev.parley.node.AgentNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Timeout(60)
class DnsSeedsTest {
  private static final String NAME = "seeds.example";

  private final Logger log = (Logger) LoggerFactory.getLogger(DnsSeeds.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private LoopbackDns dns;

  @BeforeEach
  void start() throws Exception {
    dns = new LoopbackDns();
    logged.start();
    log.addAppender(logged);
  }

  @AfterEach
  void close() {
    log.detachAppender(logged);
    dns.close();
  }

  private List<PeerAddress> lookUp(String... names) {
    List<PeerAddress> found = new ArrayList<>();
    new DnsSeeds(dns.url(), List.of(names)).lookUp(found::add);
    return found;
  }

  private static PeerAddress seed(int port) {
    return PeerAddress.parse(Identity.generate().id() + "@127.0.0.1:" + port);
  }

  private Stream<String> logged() {
    return logged.list.stream().map(ILoggingEvent::getFormattedMessage);
  }

  @Test
  void findsTheSeedsAmongOtherRecords() {
    PeerAddress one = seed(7401);
    PeerAddress two = PeerAddress.parse(Identity.generate().id() + "@[2001:db8::1]:7402");
    dns.txt(NAME, "v=spf1 -all")
        .txt(NAME, "parley-seed=" + one)
        .txt(NAME, "parley-seeds=" + seed(1))
        .txt(NAME, "x parley-seed=" + seed(2))
        .txt(NAME, "parley-seed=" + two);

    assertThat(lookUp(NAME)).containsExactly(one, two);
    assertThat(logged()).isEmpty();
  }

  @Test
  void skipsMalformedRecordsAndLogsNothingOfTheirText() {
    PeerAddress good = seed(7401);
    dns.txt(NAME, "parley-seed=")
        .txt(NAME, "parley-seed=evil\r\n\u001b[31m@host:1")
        .txt(NAME, "parley-seed=" + good.id() + "@evil:0")
        .txt(NAME, "parley-seed=" + good.id() + "@ws://evil:80/path")
        .txt(NAME, "parley-seed=" + good + " evil")
        .txt(NAME, "parley-seed=" + good);

    assertThat(lookUp(NAME)).containsExactly(good);
    assertThat(logged())
        .containsExactly(
            "5 of the TXT records of seeds.example are skipped: not parley-seed=ID@HOST:PORT");
  }

  @Test
  void joinsTheStringsOfARecord() {
    PeerAddress seed = seed(7401);
    String text = "parley-seed=" + seed;
    dns.txt(NAME, text.substring(0, 5), "", text.substring(5, 40), text.substring(40));

    assertThat(lookUp(NAME)).containsExactly(seed);
  }

  @Test
  void readsTextAsItIsInDns() throws Exception {
    List<List<String>> records =
        List.of(
            List.of("plain"),
            List.of("with a space", "and", "two  spaces "),
            List.of("a \"quote\"", "\"", "\"\"", "\" \""),
            List.of("back\\slash", "\\", "\\\\", "\\\"", "end\\"),
            List.of("", " ", ""),
            List.of("caf\u00e9\t\n\u0000\u007f\u00ff=;"));
    records.forEach(strings -> dns.txt(NAME, strings.toArray(String[]::new)));

    List<String> texts = new DnsSeeds(dns.url(), List.of()).texts(NAME);

    assertThat(texts)
        .containsExactlyElementsOf(records.stream().map(s -> String.join("", s)).toList());
  }

  @Test
  void aNameThatIsUnknownHidesNoOther() {
    PeerAddress seed = seed(7401);
    dns.txt(NAME, "parley-seed=" + seed).txt("empty.example", "v=spf1 -all");

    assertThat(lookUp("unknown.example", "empty.example", NAME)).containsExactly(seed);
    assertThat(logged())
        .containsExactly("no seeds are known of unknown.example: NameNotFoundException");
  }

  @Test
  void takes64OfAllNamesTogether() {
    List<PeerAddress> listed = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      PeerAddress seed = seed(7400 + i);
      listed.add(seed);
      dns.txt(i < 40 ? NAME : "more.example", "parley-seed=" + seed);
    }

    assertThat(lookUp(NAME, NAME, "more.example")).isEqualTo(listed.subList(0, 64));
    assertThat(logged())
        .containsExactly("6 seeds of more.example are left out: 64 are known of DNS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "seeds.example.", "_parley._tcp.a-b.example", "1.2.3"})
  void takesNames(String name) {
    assertThat(DnsSeeds.isName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        ".a",
        "a..",
        "a b",
        "a/b",
        "a\\b",
        "\"a\"",
        "a:53",
        "dns://a/b",
        "a\n",
        "caf\u00e9.example"
      })
  void refusesWhatIsNoName(String name) {
    assertThat(DnsSeeds.isName(name)).isFalse();
    assertThatThrownBy(() -> AgentNode.builder().with(Dht.seedsFrom(name)).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seedsFrom is " + name + ", must be a DNS name: 1..253 characters");
  }

  @Test
  void boundsNamesAndLabels() {
    String label = "a".repeat(63);
    String longest = label + "." + label + "." + label + "." + "a".repeat(61);

    assertThat(longest).hasSize(253);
    assertThat(DnsSeeds.isName(longest)).isTrue();
    assertThat(DnsSeeds.isName(longest + "a")).isFalse();
    assertThat(DnsSeeds.isName(label + "a.example")).isFalse();
  }
}
