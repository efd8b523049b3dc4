package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessagingExceptionTest {
  private static MessagingException failure(FailureCode code, String peerText) {
    return MessagingException.builder(code, Phase.AWAIT)
        .detail("its handler refused the message")
        .peerText(peerText)
        .build();
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureCode.class,
      names = {"REJECTED", "REMOTE_FAILURE"})
  void theMessageEndsWithWhatThePeerSays(FailureCode code) {
    MessagingException e = failure(code, "sold out");

    assertThat(e).hasMessageEndingWith(": its handler refused the message: \"sold out\"");
    assertThat(e.peerText()).isEqualTo("sold out");
    assertThat(e.toBuilder().build()).hasMessage(e.getMessage());
  }

  @Test
  void aPeersTextForgesNoLine() {
    assertThat(failure(FailureCode.REJECTED, "no\r\nERROR forged\u2028\u001b[2J\u202e"))
        .hasMessageEndingWith("\"no\\u{d}\\u{a}ERROR forged\\u{2028}\\u{1b}[2J\\u{202e}\"");
  }

  @Test
  void aPeersTextIsBounded() {
    MessagingException e = failure(FailureCode.REJECTED, "a" + "\ud83d\ude00".repeat(10_000));

    assertThat(e.peerText()).hasSize(511).endsWith("\ud83d\ude00");
    assertThat(e.getMessage()).hasSizeLessThan(700);
  }
}
