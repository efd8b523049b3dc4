package dev.parley.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs each example and reads what it prints. */
@Timeout(120)
class ExamplesIT {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private List<String> printed() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void privateRecordIsForOneAgentOnly() {
    PrivateRecord.run(out);

    assertThat(printed())
        .containsExactly(
            "the patient reads: blood type 0+",
            "another agent: UNAUTHORIZED",
            "another network: IDENTITY_MISMATCH");
  }

  @Test
  void acknowledgementWinsThePainting() {
    SilentAuction.run(out);

    assertThat(printed())
        .containsExactly(
            "alice keeps: bid 1",
            "alice claims: it is yours",
            "carol claims: it is not yours",
            "carol claims with alice's: it is not yours");
  }

  @Test
  void monitorSeesTheServiceComeSpeakAndGo() throws InterruptedException {
    Heartbeats.run(out);

    assertThat(printed()).containsExactly("online", "published: issue 7", "offline");
  }

  @Test
  void editorsEndWithTheSameText() throws InterruptedException {
    CollaborativeEditing.run(out);

    assertThat(printed()).hasSize(2);
    String alice = printed().get(0).substring("alice: ".length());
    assertThat(printed().get(1)).isEqualTo("bob:   " + alice);
    assertThat(alice).isIn("ello Robert, I", "ello, I Robert");
  }

  @Test
  void functionIsCalledByThoseToWhomItWasGranted() {
    Delegation.run(out);

    assertThat(printed())
        .containsExactly(
            "alice, without a claim: UNAUTHORIZED",
            "alice, by her claim: yelrap",
            "carol, by what alice passed on: yelrap",
            "carol, a longer text: UNAUTHORIZED",
            "mallory, by carol's claim: UNAUTHORIZED",
            "carol, after alice took it back: UNAUTHORIZED",
            "alice, by her claim: yelrap",
            "alice, after it was revoked: UNAUTHORIZED");
  }
}
