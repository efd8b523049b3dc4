package dev.parley.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlotTest {
  private static String line(String peer, double perSecond) {
    return "{\"peer\":\"%s\",\"cell\":\"32Bx1\",\"jdk\":17,\"ops_per_s\":%s}"
        .formatted(peer, perSecond);
  }

  @Test
  void drawsABarForEachPeerOfACell() throws Exception {
    Map<String, List<Plot.Bar>> cells =
        Plot.read(
            Stream.of(
                line("parley", 200), line("parley", 200), line("rsocket", 100), line("a<b", 0)));

    assertThat(cells.get("32Bx1, JDK 17"))
        .containsExactly(
            new Plot.Bar("parley", 200), new Plot.Bar("rsocket", 100), new Plot.Bar("a<b", 0));
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(Plot.svg(cells))));
    NodeList bars = svg.getElementsByTagName("rect");
    assertThat(bars.getLength()).isEqualTo(3);
    double ours = Double.parseDouble(((Element) bars.item(0)).getAttribute("width"));
    double theirs = Double.parseDouble(((Element) bars.item(1)).getAttribute("width"));
    assertThat(ours / theirs).isEqualTo(2);
    assertThat(((Element) bars.item(0)).getAttribute("class")).isEqualTo("ours");
  }

  private static String scaled(String peer, String kind, int bytes, int load, double perSecond) {
    return ("{\"peer\":\"%s\",\"kind\":\"%s\",\"bytes\":%d,\"load\":%d,\"ops_per_s\":%s,"
            + "\"p50_us\":10,\"p99_us\":100}")
        .formatted(peer, kind, bytes, load, perSecond);
  }

  @Test
  void drawsACurveForEachPeerOfASweep() throws Exception {
    Map<String, Chart> charts =
        Scaling.charts(
            Stream.of(
                scaled("parley", "closed", 32, 64, 800),
                scaled("parley", "closed", 1024, 64, 400),
                scaled("rsocket", "closed", 32, 64, 200),
                scaled("parley", "closed", 32, 256, 900),
                scaled("parley", "links", 32, 10_000, 50)));

    assertThat(charts.keySet()).containsExactly("payload", "in-flight", "latency", "links");
    assertThat(charts.get("payload").curves())
        .containsExactly(
            new Chart.Curve("parley", new TreeMap<>(Map.of(32.0, 800.0, 1024.0, 400.0))),
            new Chart.Curve("rsocket", new TreeMap<>(Map.of(32.0, 200.0))));
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(charts.get("payload").svg())));
    NodeList dots = svg.getElementsByTagName("circle");
    assertThat(dots.getLength()).isEqualTo(3);
    double half = Double.parseDouble(((Element) dots.item(1)).getAttribute("cy"));
    double whole = Double.parseDouble(((Element) dots.item(0)).getAttribute("cy"));
    assertThat(half).as("lower on the page").isGreaterThan(whole);
  }

  @Test
  void scalesNoCellTwice() {
    assertThat(Scaling.CELLS.stream().map(Cell::label)).doesNotHaveDuplicates();
    assertThat(Scaling.CELLS)
        .allSatisfy(cell -> assertThat(Cell.decode(cell.encode())).isEqualTo(cell));
  }
}
