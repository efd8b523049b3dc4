package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.dht.port.TableStore;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

class ContactsFileTest {
  private static final NetworkId NETWORK = Network.open("contacts").id();

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path dir;

  private Path file() {
    return dir.resolve("contacts");
  }

  private TableStore open(NetworkId network) {
    return ContactsFile.open(network, file(), Schedulers.immediate()).block(LIMIT);
  }

  private static List<Contact> contacts(int n) {
    List<Contact> contacts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      contacts.add(
          new Contact(
              NodeKey.of(NETWORK, Identity.generate().id()),
              List.of(
                  IpEndpoint.v4(0x0a000001 + i, 7400), IpEndpoint.v6(0x20010db8L << 32, i, 1))));
    }
    return contacts;
  }

  private void save(List<Contact> contacts) {
    open(NETWORK).save(contacts);
  }

  @Test
  void readsWhatItWroteAndLeavesNothingElse() throws Exception {
    List<Contact> contacts = contacts(20);
    save(contacts(3));
    save(contacts);

    assertThat(open(NETWORK).load()).isEqualTo(contacts);
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files).containsExactly(file());
    }
  }

  @Test
  void hasNoContactsWithoutAFile() {
    assertThat(open(NETWORK).load()).isEmpty();
  }

  @Test
  void ignoresADamagedFile() throws Exception {
    save(contacts(5));
    byte[] good = Files.readAllBytes(file());
    for (int at = 0; at < good.length; at += 211) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      Files.write(file(), bad);
      assertThat(open(NETWORK).load()).as("byte %d", at).isEmpty();
    }
    Files.write(file(), java.util.Arrays.copyOf(good, good.length / 2));
    assertThat(open(NETWORK).load()).isEmpty();
  }

  @Test
  void ignoresAFileOfAnotherNetwork() {
    save(contacts(5));

    assertThat(open(Network.open("other").id()).load()).isEmpty();
  }

  @Test
  void ignoresAFileThatIsTooLarge() throws Exception {
    Files.write(file(), new byte[256 * 1024 + 1]);

    assertThat(open(NETWORK).load()).isEmpty();
  }

  @Test
  void readsNoMoreContactsThanAreSaved() throws Exception {
    Files.writeString(file(), ContactsFile.text(NETWORK, contacts(300)));

    assertThat(open(NETWORK).load()).hasSize(TableStore.MAX_CONTACTS);
  }

  @Test
  void hasWrittenOnceItIsFlushed() {
    List<Contact> contacts = contacts(5);
    TableStore store = ContactsFile.open(NETWORK, file(), Schedulers.boundedElastic()).block(LIMIT);
    for (int i = 0; i < 20; i++) {
      store.save(contacts.subList(0, 1 + i % 5));
      store.flush().block(LIMIT);
      assertThat(open(NETWORK).load()).hasSize(1 + i % 5);
    }
  }
}
