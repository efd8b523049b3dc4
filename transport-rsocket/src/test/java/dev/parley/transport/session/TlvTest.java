package dev.parley.transport.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlvTest {

  @Test
  void readsFieldsAndIgnoresUnknownOnes() throws Exception {
    byte[] bytes = HexFormat.of().parseHex("7f0003aabbcc" + "010000" + "100004fffffffe" + "000000");
    TlvReader in = new TlvReader(bytes, 0, bytes.length);

    assertThat(in.next()).isTrue();
    assertThat(in.type()).isEqualTo(0x7F);
    in.unknown();
    assertThat(in.next()).isTrue();
    assertThat(in.length()).isZero();
    assertThat(in.bytes()).isEmpty();
    assertThat(in.next()).isTrue();
    in.expectLength(4);
    assertThat(in.u32()).isEqualTo(0xFFFF_FFFEL);
    assertThat(in.next()).isFalse();
    in.require(0x10);
    assertThatThrownBy(() -> in.require(0x11)).isInstanceOf(MalformedException.class);
  }

  @Test
  void writerAndReaderAgree() throws Exception {
    byte[] bytes = new byte[40];
    TlvWriter out = new TlvWriter(bytes, 2);
    out.begin(1, 8);
    out.u64(0x8000_0000_0000_0001L);
    out.field(2, new byte[] {5, 6});

    TlvReader in = new TlvReader(bytes, 2, bytes.length - 2);
    assertThat(in.next()).isTrue();
    assertThat(in.u64()).isEqualTo(0x8000_0000_0000_0001L);
    assertThat(in.next()).isTrue();
    assertThat(in.bytes()).containsExactly(5, 6);
    assertThat(in.next()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "0000", "000000", "00000000", "010000", "01000000"})
  void paddingMayHaveAnyLength(String hex) throws Exception {
    walk(hex);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0001",
        "00000001",
        "01000080", // a byte of padding that is not zero
        "01",
        "0100", // a header cut short
        "010001",
        "010002ff",
        "01ffff", // a value cut short
        "010000010000",
        "01000001000000", // a type twice
        "800000",
        "ff0000",
        "01000081000100" // a critical type that is not known
      })
  void malformedFieldsAreRefused(String hex) {
    assertThatThrownBy(() -> walk(hex)).isInstanceOf(MalformedException.class);
  }

  private static void walk(String hex) throws MalformedException {
    byte[] bytes = HexFormat.of().parseHex(hex);
    TlvReader in = new TlvReader(bytes, 0, bytes.length);
    while (in.next()) {
      in.unknown();
    }
  }
}
