package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {
  private static final AgentId ID = Identity.fromSeed(new byte[32]).id();

  @ParameterizedTest
  @ValueSource(strings = {"bob.example:7400", "[::1]:7400", "ws://bob.example:80/a@b"})
  void readsItsOwnText(String address) {
    PeerAddress peer = PeerAddress.parse(ID + "@" + address);

    assertThat(peer).isEqualTo(new PeerAddress(ID, Address.parse(address)));
    assertThat(peer).hasToString(ID + "@" + address);
  }

  @Test
  void readsTheIdAsADidToo() {
    assertThat(PeerAddress.parse(ID.toDid() + "@bob:1")).hasToString(ID + "@bob:1");
  }

  @Test
  void rejectsAnAddressWithoutAnIdAndAnIdWithoutAnAddress() {
    for (String text :
        new String[] {
          "",
          "@",
          "bob:1",
          "@bob:1",
          ID + "",
          ID + "@",
          ID + "@bob",
          ID + "@bob:0",
          ID + "@@bob:1",
          ID + " @bob:1",
          ID + "@ bob:1",
          "ws://" + ID + "@bob:1"
        }) {
      assertThatIllegalArgumentException().isThrownBy(() -> PeerAddress.parse(text));
    }
  }

  @Test
  void portIsNeverZero() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PeerAddress(ID, Address.tcp("bob", 0)));
  }

  @Test
  void parserSurvivesRandomInput() {
    String good = ID + "@ws://bob.example:80/";
    Random random = new Random(6);
    int accepted = 0;
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder(good);
      text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(0x90));
      try {
        PeerAddress peer = PeerAddress.parse(text.toString());
        assertThat(PeerAddress.parse(peer.toString())).isEqualTo(peer);
        accepted++;
      } catch (IllegalArgumentException e) {
        assertThat(e.getClass()).isIn(IllegalArgumentException.class);
      }
    }
    assertThat(accepted).isBetween(50, 2_500);
  }
}
