package dev.parley.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import java.util.List;

/** Files that say who may connect. */
public final class AccessDecoders {
  private AccessDecoders() {}

  public static List<Decoder> list() {
    return List.of(
        Decoder.of(
            "access-list",
            IllegalArgumentException.class,
            Seeds.texts(
                """
                # those of the office
                z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK
                192.0.2.0/24
                2001:db8::/32 # and the others
                """,
                "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK\n192.0.2.7"),
            in -> {
              List<String> lines = new String(in, UTF_8).lines().toList();
              assertThat(AccessList.of(lines).size()).isLessThanOrEqualTo(lines.size());
            }),
        Decoder.of(
            "prefix",
            IllegalArgumentException.class,
            Seeds.texts("192.0.2.0/24", "2001:db8::/32", "::ffff:0:0/96", "10.0.0.1"),
            in -> {
              Prefix prefix = Prefix.parse(new String(in, UTF_8));
              assertThat(Prefix.parse(prefix.toString())).isEqualTo(prefix);
            }));
  }
}
