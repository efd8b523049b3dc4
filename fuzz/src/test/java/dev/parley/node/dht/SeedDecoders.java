package dev.parley.node.dht;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import java.util.List;

/** What a DNS server says. */
public final class SeedDecoders {
  private SeedDecoders() {}

  public static List<Decoder> list() {
    return List.of(
        Decoder.of(
            "dns-text",
            IllegalArgumentException.class,
            Seeds.texts("\"parley=z6Mk...@host:7400\"", "\"a \\\" b\" c", "parley= x"),
            in -> {
              String text = new String(in, UTF_8);
              assertThat(DnsSeeds.joined(text).length()).isLessThanOrEqualTo(text.length());
            }));
  }
}
