package dev.parley.links;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.links.LinkChoice.Rank;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkChoiceTest {
  @ParameterizedTest
  @CsvSource({
    // self is smaller, present relayed, present dialled, newer relayed, newer dialled: newer stays
    "true,  false, true,  false, true,  true",
    "false, false, true,  false, true,  true",
    "true,  false, false, false, false, true",
    "false, false, false, false, false, true",
    "true,  false, true,  false, false, false",
    "true,  false, false, false, true,  true",
    "false, false, true,  false, false, true",
    "false, false, false, false, true,  false",
    "true,  true,  true,  false, false, true",
    "false, true,  false, false, true,  true",
    "true,  false, false, true,  true,  false",
    "false, false, true,  true,  false, false",
    "true,  true,  true,  true,  false, false",
    "true,  true,  false, true,  true,  true",
  })
  void choosesByTheFirstRuleThatDecides(
      boolean selfIsSmaller,
      boolean presentRelayed,
      boolean presentDialled,
      boolean newerRelayed,
      boolean newerDialled,
      boolean newerStays) {
    Rank present = new Rank(presentRelayed, presentDialled);
    Rank newer = new Rank(newerRelayed, newerDialled);

    assertThat(LinkChoice.newerStays(selfIsSmaller, present, newer)).isEqualTo(newerStays);
  }

  /** What one side dialled the other accepted, and one of them has the smaller id. */
  @Test
  void bothSidesChooseAlike() {
    for (int bits = 0; bits < 32; bits++) {
      Rank present = new Rank((bits & 1) != 0, (bits & 2) != 0);
      Rank newer = new Rank((bits & 4) != 0, (bits & 8) != 0);
      boolean smaller = (bits & 16) != 0;

      boolean here = LinkChoice.newerStays(smaller, present, newer);
      boolean there =
          LinkChoice.newerStays(
              !smaller,
              new Rank(present.relayed(), !present.dialled()),
              new Rank(newer.relayed(), !newer.dialled()));

      assertThat(here).as("%s, %s, smaller %s", present, newer, smaller).isEqualTo(there);
    }
  }
}
