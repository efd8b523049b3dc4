package dev.parley.fuzz;

import dev.parley.KeyDecoders;
import dev.parley.WordDecoders;
import dev.parley.cli.SecretDecoders;
import dev.parley.delegation.ClaimDecoders;
import dev.parley.dht.wire.DhtDecoders;
import dev.parley.file.FileDecoders;
import dev.parley.node.AccessDecoders;
import dev.parley.node.dht.SeedDecoders;
import dev.parley.node.state.StateDecoders;
import dev.parley.transport.rsocket.frame.FrameDecoders;
import dev.parley.transport.rsocket.guard.GuardDecoders;
import dev.parley.transport.session.HandshakeDecoders;
import dev.parley.transport.session.RecordDecoders;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Every decoder that a stranger, a peer or a file reaches. */
public final class AllDecoders {
  private AllDecoders() {}

  /** All, each name once. */
  public static List<Decoder> list() {
    return Stream.of(
            // Those that take long come first: FuzzIT gives them a process of their own.
            GuardDecoders.list(),
            HandshakeDecoders.list(),
            RecordDecoders.list(),
            FrameDecoders.list(),
            DhtDecoders.list(),
            FileDecoders.list(),
            ClaimDecoders.list(),
            WordDecoders.list(),
            KeyDecoders.list(),
            AccessDecoders.list(),
            SeedDecoders.list(),
            StateDecoders.list(),
            SecretDecoders.list())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Those with these names.
   *
   * @param names names with commas between them; empty for all
   */
  public static List<Decoder> named(String names) {
    if (names.isBlank()) {
      return list();
    }
    List<String> wanted = Arrays.stream(names.split(",")).map(String::strip).toList();
    List<Decoder> found = list().stream().filter(d -> wanted.contains(d.name())).toList();
    if (found.size() != wanted.size()) {
      throw new IllegalArgumentException("of " + wanted + " there are only " + found);
    }
    return found;
  }
}
