package dev.parley.node.dht;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.NetworkId;
import dev.parley.dht.port.TableStore;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Contacts in a text file: a line {@code ID HOST:PORT...} each, and a checksum last. A file that is
 * missing, damaged or of another network is no contacts. It is replaced atomically, so a crash
 * leaves the old or the new one.
 */
final class ContactsFile implements TableStore {
  private static final Logger log = LoggerFactory.getLogger(ContactsFile.class);
  private static final String HEAD = "# parley contacts 1 ";
  private static final String CHECKSUM = "# crc32 ";
  private static final int MAX_BYTES = 256 * 1024;

  private final NetworkId network;
  private final Path file;
  private final Scheduler blocking;
  private final AtomicReference<@Nullable List<Contact>> toSave = new AtomicReference<>();
  private volatile List<Contact> loaded = List.of();

  private ContactsFile(NetworkId network, Path file, Scheduler blocking) {
    this.network = network;
    this.file = file;
    this.blocking = blocking;
  }

  /** Reads the file, on {@code blocking}, where it is also written later. */
  static Mono<TableStore> open(NetworkId network, Path file, Scheduler blocking) {
    return Mono.<TableStore>fromCallable(
            () -> {
              ContactsFile store = new ContactsFile(network, file, blocking);
              store.loaded = store.read();
              return store;
            })
        .subscribeOn(blocking);
  }

  @Override
  public List<Contact> load() {
    return loaded;
  }

  @Override
  public void save(List<Contact> contacts) {
    if (toSave.getAndSet(List.copyOf(contacts)) == null) {
      blocking.schedule(this::writeLatest);
    }
  }

  @Override
  public Mono<Void> flush() {
    return Mono.<Void>fromRunnable(this::writeLatest).subscribeOn(blocking);
  }

  /** One at a time, so that whoever comes while another writes finds it written. */
  private synchronized void writeLatest() {
    List<Contact> contacts = toSave.getAndSet(null);
    if (contacts == null) {
      return;
    }
    try {
      write(text(network, contacts));
    } catch (IOException e) {
      log.warn("contacts were not saved: {}", e.toString());
    }
  }

  private void write(String text) throws IOException {
    Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Path temporary = Files.createTempFile(directory, "." + file.getFileName(), ".tmp");
    try {
      Files.writeString(temporary, text, StandardCharsets.US_ASCII);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private List<Contact> read() {
    try {
      if (!Files.exists(file)) {
        return List.of();
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalArgumentException("it has over " + MAX_BYTES + " bytes");
      }
      return parse(network, Files.readString(file, StandardCharsets.US_ASCII));
    } catch (IOException | IllegalArgumentException e) {
      log.warn("contacts were not read, the seeds are asked: {}", e.toString());
      return List.of();
    }
  }

  static String text(NetworkId network, List<Contact> contacts) {
    StringBuilder text = new StringBuilder(HEAD).append(network).append('\n');
    for (Contact contact : contacts) {
      String addresses =
          contact.addresses().stream().map(IpEndpoint::toString).collect(Collectors.joining(" "));
      text.append(contact.key().agent()).append(' ').append(addresses).append('\n');
    }
    String checksum = crc(text.toString());
    return text.append(CHECKSUM).append(checksum).append('\n').toString();
  }

  static List<Contact> parse(NetworkId network, String text) {
    int last = text.lastIndexOf(CHECKSUM);
    if (last < 0 || !text.substring(last).equals(CHECKSUM + crc(text.substring(0, last)) + "\n")) {
      throw new IllegalArgumentException("its checksum is wrong");
    }
    List<String> lines = text.substring(0, last).lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(HEAD + network)) {
      throw new IllegalArgumentException("it is of another network or version");
    }
    List<Contact> contacts = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      if (contacts.size() < MAX_CONTACTS) {
        contacts.add(contact(network, line));
      }
    }
    return contacts;
  }

  private static Contact contact(NetworkId network, String line) {
    String[] parts = line.split(" ", -1);
    List<IpEndpoint> addresses = new ArrayList<>();
    for (int i = 1; i < parts.length; i++) {
      IpEndpoint address = IpEndpoint.from(Address.parse(parts[i]));
      if (address == null) {
        throw new IllegalArgumentException("it has an address that is no IP address");
      }
      addresses.add(address);
    }
    return new Contact(NodeKey.of(network, AgentId.parse(parts[0])), addresses);
  }

  private static String crc(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return "%08x".formatted(crc.getValue());
  }
}
