package dev.parley.node.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import java.util.List;

/** Files in which a node keeps what outlasts it. */
public final class StateDecoders {
  private static final byte[] ID = new byte[StateFormat.ID_BYTES];

  private StateDecoders() {}

  public static List<Decoder> list() {
    byte[] header = StateFormat.header(ID, 7).array();
    byte[] first = StateFormat.batch(ID, 8, List.of(new byte[] {1}, new byte[300])).array();
    byte[] second = StateFormat.batch(ID, 9, List.of(new byte[40])).array();
    byte[] cut = StateFormat.batch(ID, 9, List.of()).array();
    return List.of(
        Decoder.of(
            "state-file",
            StateFormat.Damage.class,
            List.of(header, Seeds.concat(header, first, second), Seeds.concat(header, first, cut)),
            StateDecoders::read));
  }

  private static void read(byte[] in) throws StateFormat.Damage {
    StateFormat.Content content = StateFormat.parse(in);
    assertThat(content.end).isBetween(StateFormat.HEADER_BYTES, in.length);
    assertThat(content.records.stream().mapToInt(StateFormat::size).sum())
        .isLessThanOrEqualTo(content.end - StateFormat.HEADER_BYTES);
  }
}
