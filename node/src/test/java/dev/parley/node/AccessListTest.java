package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.AgentId;
import dev.parley.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessListTest {
  private static final AgentId ALICE = Identity.generate().id();

  @TempDir Path directory;

  private static InetAddress ip(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }

  private static AgentId twin(AgentId id) {
    byte[] key = id.toBytes();
    key[31] ^= (byte) 0x80;
    return AgentId.of(key);
  }

  /** The holder of a key may come under either id. */
  @Test
  void anIdStandsForItsTwinToo() {
    assertThat(AccessList.of(List.of(ALICE.toString())).contains(ALICE)).isTrue();
    assertThat(AccessList.of(List.of(ALICE.toString())).contains(twin(ALICE))).isTrue();
    assertThat(AccessList.of(List.of(twin(ALICE).toDid())).contains(ALICE)).isTrue();
    assertThat(AccessList.of(List.of(ALICE.toString())).contains(Identity.generate().id()))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.2.255, 192.0.3.0",
    "192.0.2.128/25, 192.0.2.128, 192.0.2.127",
    "192.0.2.7, 192.0.2.7, 192.0.2.6",
    "0.0.0.0/0, 255.255.255.255, ::1",
    "2001:db8::/33, 2001:db8:7fff::1, 2001:db8:8000::",
    "2001:DB8::1, 2001:db8::1, 2001:db8::2",
    "::/0, ::1, 192.0.2.1"
  })
  void aPrefixHoldsTheAddressesThatBeginSo(String prefix, String within, String without)
      throws UnknownHostException {
    AccessList list = AccessList.of(List.of(prefix));

    assertThat(list.contains(ip(within))).isTrue();
    assertThat(list.contains(ip(without))).isFalse();
    assertThat(list.contains(ALICE)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.7/24", "192.0.2.0/33", "192.0.2.0/", "192.0.2", "192.0.2.256", "127.1",
        "2001:db8::1/32", "2001:db8::/129", "::ffff:192.0.2.1", "fe80::1%eth0", "[::1]", "example",
        "z6Mkfoo", "did:key:nothing", "1.2.3.4.5", "01.2.3.4", "/8", "::1/-1"
      })
  void refusesWhatIsNoEntry(String entry) {
    assertThatThrownBy(() -> AccessList.of(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("entry 1: ");
  }

  @Test
  void saysWhatIsMeantByBitsBehindAPrefix() {
    assertThatThrownBy(() -> AccessList.of(List.of("192.0.2.7/24")))
        .hasMessageEndingWith("has bits behind the first 24, write 192.0.2.0/24");
  }

  @Test
  void readsAFileWithCommentsAndEmptyLines() throws IOException {
    Path file = directory.resolve("deny.txt");
    Files.writeString(
        file, "# strangers\n\n 192.0.2.0/24 # a network\r\n" + ALICE + "\n192.0.2.0/24\n");

    AccessList list = AccessList.read(file);

    assertThat(list.size()).isEqualTo(2);
    assertThat(list.contains(ALICE)).isTrue();
    assertThat(list.contains(ip("192.0.2.1"))).isTrue();
  }

  @Test
  void tellsFileLineAndReason() throws IOException {
    Path file = directory.resolve("deny.txt");
    Files.writeString(file, "192.0.2.0/24\n\nnonsense\n");

    assertThatThrownBy(() -> AccessList.read(file))
        .hasMessage(
            file + ":3: \"nonsense\" is no agent id, IP address or prefix such as 192.0.2.0/24");
    assertThatThrownBy(() -> AccessList.read(directory)).hasMessageContaining("it is a directory");
    assertThatThrownBy(() -> AccessList.read(directory.resolve("none")))
        .hasMessageContaining("NoSuchFileException");
  }

  @Test
  void isBounded() {
    List<String> entries = Collections.nCopies(AccessList.MAX_ENTRIES + 1, "192.0.2.1");

    assertThatThrownBy(() -> AccessList.of(entries))
        .hasMessage("entry 100001: more than 100000 entries");
  }
}
