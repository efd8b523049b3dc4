package dev.parley.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakePatternTest {

  @Test
  void knowsThePatternsOfTheSpecification() {
    assertThat(HandshakePattern.baseNames()).hasSize(3 + 12 + 23).doesNotHaveDuplicates();
  }

  @Test
  void putsTheKemTokensOfTheHandshakeInUse() {
    assertThat(HandshakePattern.parse("XKhfs+psk0"))
        .hasToString(
            """
            XKhfs+psk0:
              <- s
              ...
              -> psk, e, es, e1
              <- e, ee, ekem1
              -> s, se""");
  }

  @Test
  void putsTheKemKeyAfterTheEphemeralWhereThereIsNoDh() {
    assertThat(HandshakePattern.parse("XXhfs"))
        .hasToString(
            """
            XXhfs:
              -> e, e1
              <- e, ee, ekem1, s, es
              -> s, se""");
    assertThat(HandshakePattern.parse("I1X1hfs"))
        .hasToString(
            """
            I1X1hfs:
              -> e, e1, s
              <- e, ee, ekem1, s
              -> se, es""");
  }

  @Test
  void putsTheKemKeyAfterTheFirstOfSeveralDh() {
    assertThat(HandshakePattern.parse("IKhfs+psk1"))
        .hasToString(
            """
            IKhfs+psk1:
              <- s
              ...
              -> e, es, e1, s, ss, psk
              <- e, ee, ekem1, se""");
  }

  @Test
  void exchangesTheRolesOfAFallback() {
    assertThat(HandshakePattern.parse("XXfallback"))
        .hasToString(
            """
            XXfallback:
              <- e
              ...
              -> e, ee, s, se
              <- s, es""");
    assertThat(HandshakePattern.parse("IXfallback+psk0"))
        .hasToString(
            """
            IXfallback+psk0:
              <- e, s
              ...
              -> psk, e, ee, es, s, se""");
  }

  @Test
  void placesSeveralPreSharedKeys() {
    HandshakePattern pattern = HandshakePattern.parse("NNpsk0+psk1+psk2");

    assertThat(pattern.messages())
        .containsExactly(
            List.of(Token.PSK, Token.E, Token.PSK), List.of(Token.E, Token.EE, Token.PSK));
    assertThat(pattern.pskCount()).isEqualTo(3);
  }

  @Test
  void onlyTheThreeOneWayPatternsAreOneWay() {
    assertThat(HandshakePattern.baseNames())
        .filteredOn(name -> HandshakePattern.parse(name).isOneWay())
        .containsExactly("N", "K", "X");
    assertThat(HandshakePattern.parse("NNfallback").isOneWay()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Q",
        "XY",
        "xx",
        "XX ",
        "XXX",
        "N1",
        "NN1",
        "XXpsk",
        "XXpsk4",
        "XXpsk00",
        "XXpsk-1",
        "XX+psk0",
        "XXpsk0+",
        "XXpsk0+psk0",
        "XXpsk2+psk0",
        "XXpsk0+hfs",
        "XXhfs+fallback",
        "XXfallback+hfs",
        "XKfallback",
        "Nfallback",
        "Nhfs",
        "XXhfs+hfs",
        "XXfoo"
      })
  void rejectsWhatTheSpecificationGivesNoMeaning(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> HandshakePattern.parse(name));
  }
}
