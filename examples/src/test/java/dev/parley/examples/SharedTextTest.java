package dev.parley.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedTextTest {
  /** Three people, 300 random edits in one order, read by each when it happens. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void convergesWhateverArrivesWhen(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<SharedText> texts = List.of(new SharedText("a"), new SharedText("b"), new SharedText("c"));
    // Through one place that keeps an order in which whatever follows comes after what it follows.
    List<String> log = new ArrayList<>();
    int[] seen = new int[3];
    for (int i = 0; i < 300; i++) {
      int who = random.nextInt(3);
      SharedText text = texts.get(who);
      int length = text.text().length();
      SharedText.Edit edit =
          length > 0 && random.nextInt(3) == 0
              ? text.delete(random.nextInt(length))
              : text.insert(random.nextInt(length + 1), (char) ('a' + random.nextInt(26)));
      log.add(edit.toText());
      int reader = random.nextInt(3);
      int until = seen[reader] + random.nextInt(log.size() - seen[reader] + 1);
      for (; seen[reader] < until; seen[reader]++) {
        texts.get(reader).apply(SharedText.Edit.parse(log.get(seen[reader])));
      }
    }
    for (int reader = 0; reader < 3; reader++) {
      for (; seen[reader] < log.size(); seen[reader]++) {
        texts.get(reader).apply(SharedText.Edit.parse(log.get(seen[reader])));
      }
    }

    assertThat(texts.get(0).text()).isNotEmpty();
    assertThat(texts).extracting(SharedText::text).containsOnly(texts.get(0).text());
  }
}
