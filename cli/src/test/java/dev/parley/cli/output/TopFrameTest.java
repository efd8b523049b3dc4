package dev.parley.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TopFrameTest {
  private static final String SNAPSHOT =
      """
      {"at":0,"full":%s,"node":{"shortId":"z6Mk…abcdef","network":"00ff","upMillis":61000},
       "health":{"state":"weak","ready":true,"reasons":["1 live contact"]},
       "totals":{"sent":1234,"failed":2,"received":5},
       "links":{"total":1,"shown":[{"peer":"z6Mk…peer01","rttMillis":1.5,"pendingBytes":0,
         "outPerSecond":2048,"inPerSecond":0,
         "path":{"remote":"10.0.0.1:7400\\u001b[2J","postQuantum":true}}]},
       "table":{"contacts":[{},{}]},"failureCount":2,
       "failures":[{"id":%d,"at":0,"code":"REJECTED","phase":"AWAIT","peer":"z6Mk…peer01","millis":3}],
       "bounds":[{"option":"outboundMaxBytes","used":1048576,"limit":2097152}],
       "history":[{"at":0,"sent":%d,"received":0,"failed":0,"bytesOut":2048,"bytesIn":1,"p50":2.5,"p99":9.0}]}
      """;

  private static JsonNode snapshot(boolean full, int id, int sent) {
    return new JsonMapper().readTree(SNAPSHOT.formatted(full, id, sent));
  }

  private static List<String> frame(int columns) {
    TopFrame frame = new TopFrame(true);
    frame.add(snapshot(true, 1, 10));
    frame.add(snapshot(false, 2, 80));
    return frame.lines(columns, 40);
  }

  @Test
  void showsWhatTheNodeDoes() {
    String text = String.join("\n", frame(120));

    assertThat(text)
        .contains("z6Mk…abcdef  WEAK", "1 live contact", "sent 1,234", "▂█  80/s")
        .contains("LINKS 1", "z6Mk…peer01", "1.50 ms", "2.0 KiB/s", " pq ")
        .contains("██████████░░░░░░░░░░  1.0 MiB of 2.0 MiB")
        .contains("FAILURES 2");
    assertThat(text.split("REJECTED", -1)).hasSize(3);
  }

  @Test
  void writesNoControlCharacters() {
    assertThat(frame(200)).allMatch(line -> line.chars().noneMatch(Character::isISOControl));
  }

  @Test
  void fitsTheScreen() {
    assertThat(frame(40)).allMatch(line -> line.length() <= 40);
  }

  @Test
  void isAsciiWhereTheLocaleIs() {
    TopFrame frame = new TopFrame(false);
    frame.add(snapshot(true, 1, 10));
    frame.add(snapshot(false, 2, 80));

    List<String> lines = frame.lines(60, 40);
    assertThat(lines).allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 127));
    assertThat(String.join("\n", lines)).contains(".#  80/s", "##########..........");
  }

  @Test
  void aFullSnapshotStartsAnew() {
    TopFrame frame = new TopFrame(true);
    frame.add(snapshot(true, 1, 10));
    frame.add(snapshot(true, 1, 10));

    assertThat(String.join("\n", frame.lines(120, 40)).split("REJECTED", -1)).hasSize(2);
  }

  @Test
  void isOneLineWithoutAScreen() {
    assertThat(TopFrame.line(snapshot(true, 1, 10)))
        .contains("weak  sent 10/s", "median 2.50 ms  p99 9.00 ms  links 1");
  }
}
