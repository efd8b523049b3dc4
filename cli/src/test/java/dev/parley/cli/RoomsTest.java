package dev.parley.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Within a module, arrows between packages point down, so that there is no circle either. */
class RoomsTest {
  private static final String RSOCKET = "dev.parley.transport.rsocket";
  private static final String SIMULATOR_ROOM = "dev.parley.simulator";

  /** A module's rooms from the top down: packages, or a class that stands for itself. */
  private enum House {
    CORE(
        List.of(),
        // How an agent is made; the links that it goes over are behind a port.
        "dev.parley.messenger",
        "dev.parley.links",
        "dev.parley.carrier",
        "dev.parley.settings",
        "dev.parley.spi",
        "dev.parley.jackson",
        // The words: they know no port.
        "dev.parley",
        "dev.parley.keys",
        "dev.parley.text",
        "dev.parley.shares"),
    TRANSPORT_RSOCKET(
        List.of("dev.parley.transport"),
        RSOCKET,
        RSOCKET + ".socket",
        RSOCKET + ".link",
        // Values that users set, and that links and sockets read.
        RSOCKET + ".TransportOptions",
        RSOCKET + ".LinkLimits",
        RSOCKET + ".frame",
        RSOCKET + ".guard",
        "dev.parley.transport.session",
        "dev.parley.transport.noise",
        "dev.parley.transport.crypto",
        // A value that users set, and that the record layer pads by.
        RSOCKET + ".Padding"),
    DHT(
        List.of("dev.parley.dht"),
        "dev.parley.dht.life",
        "dev.parley.dht.publish",
        "dev.parley.dht.serve",
        "dev.parley.dht.lookup",
        "dev.parley.dht.node",
        "dev.parley.dht.store",
        "dev.parley.dht.table",
        "dev.parley.dht.port",
        "dev.parley.dht.wire",
        // What users name: it knows no room.
        "dev.parley.dht"),
    NODE(
        List.of("dev.parley.node", "dev.parley.file"),
        // What a node may be given: protocols.
        "dev.parley.file",
        "dev.parley.node.dht",
        "dev.parley.node",
        "dev.parley.node.state"),
    OBSERVABILITY(
        List.of("dev.parley.observability"),
        "dev.parley.observability.http",
        "dev.parley.observability"),
    SIMULATOR(
        List.of(SIMULATOR_ROOM),
        SIMULATOR_ROOM + ".Simulation",
        SIMULATOR_ROOM + ".Shrinking",
        // What happens in a world, and what must hold there.
        SIMULATOR_ROOM + ".Invariants",
        SIMULATOR_ROOM + ".Islands",
        SIMULATOR_ROOM + ".Workload",
        SIMULATOR_ROOM + ".Attacks",
        SIMULATOR_ROOM + ".Floods",
        SIMULATOR_ROOM + ".ChurnDriver",
        SIMULATOR_ROOM + ".InitialTables",
        SIMULATOR_ROOM + ".World",
        // The network, its nodes and its time.
        SIMULATOR_ROOM,
        SIMULATOR_ROOM + ".LatencyModel",
        SIMULATOR_ROOM + ".SimRandom",
        SIMULATOR_ROOM + ".Statistics",
        // Values that users give and get.
        SIMULATOR_ROOM + ".SimulationReport",
        SIMULATOR_ROOM + ".SimulationOptions"),
    DELEGATION(
        List.of("dev.parley.delegation"),
        "dev.parley.delegation",
        // What is signed: it knows no node.
        "dev.parley.delegation.chain"),
    TESTKIT(List.of("dev.parley.testkit"), "dev.parley.testkit", "dev.parley.testkit.fault"),
    CLI(
        List.of("dev.parley.cli"),
        "dev.parley.cli",
        "dev.parley.cli.manual",
        "dev.parley.cli.options",
        "dev.parley.cli.output");

    private final JavaClasses types;
    private final List<String> rooms;

    /** With all packages beneath some, or with the rooms alone where other modules have such. */
    House(List<String> beneath, String... rooms) {
      this.rooms = List.of(rooms);
      JavaClasses all =
          new ClassFileImporter()
              .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
              .importPackages(beneath.isEmpty() ? this.rooms : beneath);
      this.types =
          beneath.isEmpty()
              ? all.that(resideInAnyPackage(rooms)) // an import takes what is beneath as well
              : all;
    }
  }

  @ParameterizedTest
  @EnumSource
  void arrowsPointDown(House house) {
    assertThat(upward(house.types, house.rooms)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeHasARoom(House house) {
    assertThat(house.types.stream().filter(type -> storey(type, house.rooms) < 0)).isEmpty();
    assertThat(house.rooms)
        .allSatisfy(
            room ->
                assertThat(house.types.stream().map(type -> roomOf(type, house.rooms)))
                    .contains(room));
  }

  @Test
  void seesArrowsThatPointUp() {
    List<String> upsideDown = new ArrayList<>(House.TRANSPORT_RSOCKET.rooms);
    Collections.reverse(upsideDown);

    assertThat(upward(House.TRANSPORT_RSOCKET.types, upsideDown))
        .contains(RSOCKET + ".RSocketCarrier -> " + RSOCKET + ".link.RSocketSetup");
  }

  private static TreeSet<String> upward(JavaClasses types, List<String> rooms) {
    TreeSet<String> arrows = new TreeSet<>();
    for (JavaClass type : types) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        int to = storey(target, rooms);
        if (to >= 0 && to < storey(type, rooms)) {
          arrows.add(outermost(type) + " -> " + outermost(target));
        }
      }
    }
    return arrows;
  }

  /** Counted from the top; -1 outside of the module. */
  private static int storey(JavaClass type, List<String> rooms) {
    return rooms.indexOf(roomOf(type, rooms));
  }

  private static String roomOf(JavaClass type, List<String> rooms) {
    String name = outermost(type);
    return rooms.contains(name) ? name : type.getPackageName();
  }

  private static String outermost(JavaClass type) {
    String name = type.getFullName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }
}
