package dev.parley.node.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The bytes of version 1, made by a program of its own: files that are there must stay readable.
 */
class StateFormatTest {
  private static final byte[] ID = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
  private static final String HEADER =
      "7061726c6579737400000001000102030405060708090a0b0c0d0e0f00000000" + "0000000732d08e56";
  private static final String BATCH =
      "504243480000000b000000000000000868aeea9f773efe9c0000000268690000" + "0001ff";
  private static final String MARK =
      "000102030405060708090a0b0c0d0e0f0000000000000008504d524b3d0f72e6";

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return HexFormat.of().formatHex(copy);
  }

  @Test
  void writesTheBytesOfThePage() throws Exception {
    List<byte[]> records = List.of(Ask.bytes("hi"), new byte[] {(byte) 0xff});

    assertThat(hex(StateFormat.header(ID, 7))).isEqualTo(HEADER);
    assertThat(hex(StateFormat.batch(ID, 8, records))).isEqualTo(BATCH);

    ModelDisk disk = new ModelDisk();
    try (Disk.Open file = disk.open(Ask.LOCK)) {
      Mark mark = new Mark(file);
      mark.write(ID, 8);
    }
    assertThat(HexFormat.of().formatHex(disk.content(Ask.LOCK), 512, 544)).isEqualTo(MARK);
  }

  @Test
  void readsTheBytesOfThePage() throws Exception {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(HexFormat.of().parseHex(HEADER + BATCH));

    StateFormat.Content content = StateFormat.parse(file.toByteArray());

    assertThat(content.id).isEqualTo(ID);
    assertThat(content.last).isEqualTo(8);
    assertThat(content.records).containsExactly(Ask.bytes("hi"), new byte[] {(byte) 0xff});
    ModelDisk disk = new ModelDisk();
    byte[] mark = new byte[544];
    System.arraycopy(HexFormat.of().parseHex(MARK), 0, mark, 0, 32);
    disk.put(Ask.LOCK, mark);
    try (Disk.Open lock = disk.open(Ask.LOCK)) {
      assertThat(Objects.requireNonNull(new Mark(lock).read()).sequence).isEqualTo(8);
    }
  }
}
