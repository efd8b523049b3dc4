package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.parley.Address.Scheme;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "bob.example:7400, tcp, bob.example, 7400, ''",
    "localhost:1, tcp, localhost, 1, ''",
    "my_host-1:65535, tcp, my_host-1, 65535, ''",
    "bob.example.:7400, tcp, bob.example., 7400, ''",
    "xn--bcher-kva.example:7400, tcp, xn--bcher-kva.example, 7400, ''",
    "192.0.2.1:7400, tcp, 192.0.2.1, 7400, ''",
    "[::1]:7400, tcp, ::1, 7400, ''",
    "[2001:db8::8:800:200c:417a]:7400, tcp, 2001:db8::8:800:200c:417a, 7400, ''",
    "ws://bob.example:80/, ws, bob.example, 80, /",
    "ws://bob.example:80/parley/v1, ws, bob.example, 80, /parley/v1",
    "ws://[::1]:80/a:b@c%20d, ws, ::1, 80, /a:b@c%20d",
    "pipe://bob:1, pipe, bob, 1, ''",
    "quic+v1://[::1]:443/p, quic+v1, ::1, 443, /p",
    "http://bob.example:80, http, bob.example, 80, ''",
  })
  void readsItsOwnText(String text, String scheme, String host, int port, String path) {
    Address address = Address.parse(text);

    assertThat(address)
        .isEqualTo(new Address(new Scheme(scheme), host, port, path))
        .hasToString(text);
    assertThat(Address.parseListen(text)).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource({
    "BOB.Example:7400, bob.example:7400",
    "ws://BOB.Example:80, ws://bob.example:80/",
    "ws://bob.example:80/Path, ws://bob.example:80/Path",
    "[0:0:0:0:0:0:0:1]:1, [::1]:1",
    "[2001:DB8:0:0:1:0:0:1]:1, [2001:db8::1:0:0:1]:1",
    "[2001:db8:0:1:1:1:1:1]:1, [2001:db8:0:1:1:1:1:1]:1",
    "[2001:0:0:1::1]:1, [2001:0:0:1::1]:1",
    "[::]:1, [::]:1",
    "[1::]:1, [1::]:1",
    "[1:2:3:4:5:6:7::]:1, [1:2:3:4:5:6:7:0]:1",
    "[64:ff9b::192.0.2.33]:1, [64:ff9b::c000:221]:1",
  })
  void bringsEqualAddressesToOneForm(String text, String canonical) {
    assertThat(Address.parse(text)).hasToString(canonical).isEqualTo(Address.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":7400",
        "bob",
        "bob:",
        "bob:0",
        "bob:00",
        "bob:07400",
        "bob:65536",
        "bob:99999999999",
        "bob:-1",
        "bob:+1",
        "bob:1 ",
        " bob:1",
        "bob: 1",
        "bo b:1",
        "bob:٣",
        "bob\n:1",
        "bob:1\n",
        "-bob:1",
        "bob-:1",
        "bob..example:1",
        ".bob:1",
        ".:1",
        "bücher.example:1",
        "\u212a:1", // Kelvin sign, whose lower case is k
        "user@bob:1",
        "bob/path:1",
        "bob:1/path",
        "tcp://bob:1",
        "://bob:1",
        "9p://bob:1",
        "a_b://bob:1",
        "abcdefghijklmnopq://bob:1",
        "pipe://bob",
        "pipe://bob:1?x",
        "wss://bob:1/",
        "WS://bob:1/",
        "ws:bob:1",
        "ws://",
        "ws://bob",
        "ws://bob/",
        "ws://bob:0/",
        "ws://:1/",
        "ws://user@bob:1/",
        "ws://bob:1?x",
        "ws://bob:1/?x",
        "ws://bob:1/#x",
        "ws://bob:1/a b",
        "ws://bob:1/%",
        "ws://bob:1/%2",
        "ws://bob:1/%zz",
        "ws://bob:1/é",
        "ws://bob:1\\a",
        "256.0.0.1:1",
        "1.2.3:1",
        "1.2.3.4.5:1",
        "1.2.3.4.:1",
        "127.1:1",
        "2130706433:1",
        "0x7f.1:1",
        "0x7f000001:1",
        "010.0.0.1:1",
        "bob.1:1",
        "::1:7400",
        "[::1]",
        "[::1]:",
        "[::1]7400",
        "::1]:1",
        "[::1:1",
        "[]:1",
        "[bob]:1",
        "[1.2.3.4]:1",
        "[::1%eth0]:1",
        "[::1%1]:1",
        "[:::1]:1",
        "[1::2::3]:1",
        "[12345::]:1",
        "[1:2:3:4:5:6:7]:1",
        "[1:2:3:4:5:6:7:8:9]:1",
        "[::ffff:1.2.3.4]:1",
        "[[::1]]:1",
      })
  void rejectsWhatIsNoAddressToDial(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Address.parse(text))
        .withMessageMatching("[ -~]{10,150}");
  }

  @Test
  void saysWhatToWriteInPlaceOfASchemeThatThereIsNot() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Address.parse("wss://bob:1/"))
        .withMessage("there is no wss, every link is encrypted: write ws://host:port/path");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Address.parse("tcp://bob:1"))
        .withMessage("a TCP address is written host:port");
  }

  @Test
  void portZeroIsForListeningOnly() {
    Address any = Address.parseListen("0.0.0.0:0");

    assertThat(any.isDialable()).isFalse();
    assertThat(any).isEqualTo(Address.tcp("0.0.0.0", 0)).hasToString("0.0.0.0:0");
    assertThat(Address.parseListen("ws://[::]:0/p")).isEqualTo(Address.ws("::", 0, "/p"));
    assertThatIllegalArgumentException().isThrownBy(() -> Address.parse("0.0.0.0:0"));
  }

  @Test
  void checksThePartsToo() {
    assertThatIllegalArgumentException().isThrownBy(() -> Address.tcp("bob", -1));
    assertThatIllegalArgumentException().isThrownBy(() -> Address.tcp("bob", 65536));
    assertThatIllegalArgumentException().isThrownBy(() -> Address.tcp("[::1]", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Address.tcp("", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Address.ws("bob", 1, ""));
    assertThatIllegalArgumentException().isThrownBy(() -> Address.ws("bob", 1, "path"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Address(Scheme.TCP, "bob", 1, "/path"));
    assertThatNullPointerException().isThrownBy(() -> Address.tcp(null, 1));
    assertThatNullPointerException().isThrownBy(() -> Address.parse(null));
  }

  @Test
  void boundsHostLabelAndPath() {
    String label = "a".repeat(63);
    String longest = (label + ".").repeat(3) + "a".repeat(61);

    assertThat(Address.tcp(longest, 1).host()).hasSize(253);
    assertThat(Address.tcp(longest + ".", 1).host()).hasSize(254);
    assertThatIllegalArgumentException().isThrownBy(() -> Address.tcp(longest + "a", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Address.tcp("a" + label, 1));
    assertThat(Address.ws("bob", 1, "/" + "p".repeat(1023)).path()).hasSize(1024);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Address.ws("bob", 1, "/" + "p".repeat(1024)));
  }

  /** Seeded edits of good texts: an address that reads its own text, or the declared exception. */
  @Test
  void parserSurvivesRandomInput() {
    String[] corpus = {
      "bob.example:7400", "192.0.2.1:7400", "[2001:db8::1]:7400", "ws://[::1]:80/a%20b", "x"
    };
    Random random = new Random(3986);
    int accepted = 0;
    for (int i = 0; i < 50_000; i++) {
      String text = mutate(corpus[i % corpus.length], random);
      try {
        Address address = Address.parseListen(text);
        assertThat(Address.parseListen(address.toString())).isEqualTo(address);
        accepted++;
      } catch (IllegalArgumentException e) {
        assertThat(e.getClass()).isIn(IllegalArgumentException.class);
      }
    }
    assertThat(accepted).isBetween(5_000, 45_000);
  }

  private static String mutate(String good, Random random) {
    String alphabet = ":[]./%@-0a1fxz9\0é\uD800 ";
    StringBuilder text = new StringBuilder(good);
    for (int n = 1 + random.nextInt(3); n > 0 && !text.isEmpty(); n--) {
      int at = random.nextInt(text.length());
      char c = alphabet.charAt(random.nextInt(alphabet.length()));
      switch (random.nextInt(3)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, c);
        default -> text.setCharAt(at, c);
      }
    }
    return text.toString();
  }
}
