package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.parley.Identity;
import dev.parley.file.FileSharing;
import dev.parley.node.AgentNode;
import dev.parley.shares.Shares;
import dev.parley.spi.Bound;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What holds places or bytes for others shows how much: each {@link Shares} has a bound. */
class HoldersTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.parley");

  /** Who makes shares, and the bounds that tell of them, one for each that it makes. */
  private static final Map<String, List<String>> HOLDERS =
      Map.of(
          "Intake", List.of("maxConcurrentHandlers", "requestBytes"),
          "NodeAssembly", List.of("maxPeerBytes"),
          "ConnectionAdmission", List.of("maxConnections", "maxHandshakes"),
          "CryptoQueue", List.of("handshakeQueue"),
          "Guards", List.of("maxNodeReassemblyBytes", "maxNodeOutboundBytes"),
          "FileReceiver", List.of("maxTransfers"));

  /**
   * Those that are no holder of a node: an unbounded stand-in where a part is used without a node,
   * a table that is dropped at once, and the HTTP server, which may show several nodes.
   */
  private static final Map<String, Integer> OTHERS =
      Map.of("LinksBuilder", 1, "MessengerBuilder", 1, "Surplus", 1, "ConnectionLimits", 1);

  @Test
  void whoeverMakesSharesIsListed() {
    Map<String, Integer> listed = new TreeMap<>(OTHERS);
    HOLDERS.forEach((holder, bounds) -> listed.put(holder, bounds.size()));

    Map<String, Integer> made =
        MAIN.get(Shares.class).getConstructors().stream()
            .flatMap(constructor -> constructor.getCallsOfSelf().stream())
            .filter(call -> !call.getOriginOwner().getPackageName().contains("benchmarks"))
            .collect(
                Collectors.toMap(
                    call -> call.getOriginOwner().getSimpleName(),
                    call -> 1,
                    Integer::sum,
                    TreeMap::new));

    assertThat(made).isEqualTo(listed);
  }

  @Test
  void eachHasABoundOfTheNode() {
    try (AgentNode node =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("holders")
            .listen("127.0.0.1", 0)
            .with(FileSharing.defaults())
            .startNow()) {
      assertThat(node.bounds())
          .extracting(Bound::option)
          .doesNotHaveDuplicates()
          .containsAll(HOLDERS.values().stream().flatMap(List::stream).toList());
    }
  }
}
