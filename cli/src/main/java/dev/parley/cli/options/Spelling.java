package dev.parley.cli.options;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the words that may have been meant by a misspelt one. */
public final class Spelling {
  private static final int LONGEST = 64;

  private Spelling() {}

  /** The known words nearest to this one, at most a third of its letters away, nearest first. */
  public static List<String> nearest(String word, List<String> known, int most) {
    if (word.length() > LONGEST) {
      return List.of();
    }
    int limit = Math.max(1, word.replace("-", "").length() / 3);
    List<String> near = new ArrayList<>();
    for (String candidate : known) {
      if (distance(word, candidate) <= limit
          || (word.length() > 2 && candidate.startsWith(word) && !candidate.equals(word))) {
        near.add(candidate);
      }
    }
    near.sort(Comparator.comparingInt(candidate -> distance(word, candidate)));
    return near.subList(0, Math.min(most, near.size()));
  }

  /** Letters to insert, remove, replace or swap with the next (optimal string alignment). */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(d[i - 1][j] + 1, Math.min(d[i][j - 1] + 1, d[i - 1][j - 1] + change));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        d[i][j] = swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
      }
    }
    return d[a.length()][b.length()];
  }
}
