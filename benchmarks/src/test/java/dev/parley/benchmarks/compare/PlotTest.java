package dev.parley.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
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
}
