package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void readsTheExampleOfTheSpecification() {
    TraceContext trace =
        Objects.requireNonNull(
            TraceContext.parse(PARENT, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"));

    assertThat(trace.traceparent()).isEqualTo(PARENT);
    assertThat(trace.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(trace.spanId()).isEqualTo("b7ad6b7169203331");
    assertThat(trace.tracestate()).isEqualTo("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x"
      })
  void refusesWhatIsNoTraceparentOfThisVersion(String parent) {
    assertThat(TraceContext.parse(parent, null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "novalue", "=v", "key=", "Key=v", "_key=v", "k=v=w", "k=\n", "k=ä", "k=v,x"})
  void leavesOutAMalformedState(String state) {
    TraceContext trace = Objects.requireNonNull(TraceContext.parse(PARENT, state));

    assertThat(trace.tracestate()).isEmpty();
  }

  @Test
  void leavesOutAStateThatIsTooLong() {
    String longest = "k=" + "v".repeat(TraceContext.MAX_STATE_LENGTH - 2);
    String many = "a=b,".repeat(32) + "a=b";

    assertThat(Objects.requireNonNull(TraceContext.parse(PARENT, longest)).tracestate())
        .isEqualTo(longest);
    assertThat(Objects.requireNonNull(TraceContext.parse(PARENT, longest + "v")).tracestate())
        .isEmpty();
    assertThat(Objects.requireNonNull(TraceContext.parse(PARENT, many)).tracestate()).isEmpty();
  }
}
