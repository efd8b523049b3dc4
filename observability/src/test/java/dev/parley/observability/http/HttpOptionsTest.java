package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpOptionsTest {
  private static HttpOptions.Builder at(String address) {
    return HttpOptions.builder().listen(Address.parseListen(address));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "127.9.9.9:80", "localhost:7480", "[::1]:7480"})
  void listensOnLoopback(String address) {
    assertThat(at(address).build().listen()).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:80", "10.0.0.1:80", "[::]:80", "127.0.0.1.example:80"})
  void listensElsewhereOnlyWhenAllowed(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at(address).build())
        .withMessageContaining(address)
        .withMessageContaining("allowRemote");
    assertThat(at(address).allowRemote(true).build().listen()).hasToString(address);
  }

  @Test
  void tellsEveryProblemAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> at("0.0.0.0:80").maxConnections(0).maxSubscribers(-1).hostNames("a b").build())
        .withMessageContaining("http.listen is 0.0.0.0:80")
        .withMessageContaining("http.maxConnections is 0, must be 1 to 10000")
        .withMessageContaining("http.maxSubscribers is -1, must be 1 to 1000")
        .withMessageContaining("\"a b\"");
  }

  @Test
  void goesBackToABuilder() {
    HttpOptions options =
        at("0.0.0.0:80").allowRemote(true).hostNames("a.example").maxLinks(7).build();

    assertThat(options.toBuilder().build()).isEqualTo(options);
  }
}
