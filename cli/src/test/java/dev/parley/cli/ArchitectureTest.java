package dev.parley.cli;

import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvent;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The rules between and within modules; it is here because this module sees all others. */
class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.parley");

  /** A module, its packages, and the modules that it may know. */
  private enum Module {
    CORE(
        "dev.parley",
        "dev.parley.messenger",
        "dev.parley.links",
        "dev.parley.carrier",
        "dev.parley.spi",
        "dev.parley.jackson",
        "dev.parley.text",
        "dev.parley.keys",
        "dev.parley.shares",
        "dev.parley.settings.."),
    TESTKIT("dev.parley.testkit.."),
    DELEGATION("dev.parley.delegation.."),
    TRANSPORT_RSOCKET("dev.parley.transport.."),
    DHT("dev.parley.dht.."),
    SIMULATOR("dev.parley.simulator.."),
    NODE("dev.parley.node..", "dev.parley.file.."),
    OBSERVABILITY("dev.parley.observability.."),
    CLI("dev.parley.cli..");

    private final String[] packages;

    Module(String... packages) {
      this.packages = packages;
    }

    Set<Module> mayKnow() {
      return switch (this) {
        case CORE -> Set.of();
        case TESTKIT, DELEGATION, TRANSPORT_RSOCKET, DHT -> Set.of(CORE);
        case SIMULATOR -> Set.of(CORE, DHT);
        case NODE -> Set.of(CORE, TRANSPORT_RSOCKET, DHT);
        case OBSERVABILITY -> Set.of(CORE, TRANSPORT_RSOCKET, DHT, NODE);
        case CLI ->
            Set.of(CORE, DELEGATION, TRANSPORT_RSOCKET, DHT, SIMULATOR, NODE, OBSERVABILITY);
      };
    }

    boolean has(JavaClass type) {
      return JavaClass.Predicates.resideInAnyPackage(packages).test(type);
    }
  }

  /**
   * Where time, randomness and threads come in, for everything else to be given them. What is not
   * listed takes them as options.
   */
  private static final Map<String, String> ROOTS =
      Map.ofEntries(
          Map.entry("dev.parley.delegation.Delegation", "its defaults"),
          Map.entry("dev.parley.Agent", "asks whether the thread may block"),
          Map.entry("dev.parley.messenger.MessengerBuilder", "its defaults"),
          Map.entry(
              "dev.parley.Identity", "new keys come from the secure source unless one is given"),
          Map.entry(
              "dev.parley.Inbound", "tells the deadline as a date, and decides nothing by it"),
          Map.entry("dev.parley.node.NodeAssembly", "draws for the state file's keys"),
          Map.entry("dev.parley.node.Surroundings", "the node's schedulers, clocks and jitter"),
          Map.entry("dev.parley.node.AgentNodeBuilder", "asks whether the thread may block"),
          Map.entry("dev.parley.node.dht.Surroundings", "the DHT's thread, clocks and jitter"),
          Map.entry("dev.parley.file.FileSharing", "assembles: where files are read, and jitter"),
          Map.entry("dev.parley.transport.rsocket.link.OwnFaults", "tells when it logged last"),
          Map.entry("dev.parley.observability.http.NodeHttp", "its own clock"),
          Map.entry("dev.parley.observability.http.HttpPort", "its own thread and clock"),
          Map.entry(
              "dev.parley.observability.http.ConsoleListener",
              "tells people when something happened"),
          Map.entry("dev.parley.links.LinksBuilder", "its defaults"),
          Map.entry("dev.parley.simulator.Simulation", "reports how long a run took"),
          Map.entry("dev.parley.transport.rsocket.RSocketCarrier", "its defaults"),
          Map.entry(
              "dev.parley.transport.rsocket.Surroundings", "a carrier's randomness and threads"),
          Map.entry("dev.parley.transport.crypto.RandomSource", "is the secure source"),
          Map.entry(
              "dev.parley.testkit.VirtualScheduler", "honours Reactor's hook for scheduled tasks"),
          Map.entry("dev.parley.testkit.LeakSession", "waits for threads that really run"),
          Map.entry("dev.parley.testkit.fault.ProxyLoop", "delays bytes on sockets"));

  /** The contracts in the test kit are tests: they wait, and bring their own clock. */
  private static final Predicate<JavaClass> TEST_CODE =
      type ->
          Module.TESTKIT.has(type)
              && (outermost(type).endsWith("Contract") || outermost(type).endsWith("Fixture"));

  private static String outermost(JavaClass type) {
    String name = type.getFullName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  @Test
  void seesEveryModule() {
    for (Module module : Module.values()) {
      assertThat(MAIN.stream().filter(module::has)).as("classes of %s", module).isNotEmpty();
    }
    assertThat(MAIN.stream().filter(type -> owners(type).size() != 1))
        .as("classes that are in no module, or in several")
        .isEmpty();
  }

  private static List<Module> owners(JavaClass type) {
    List<Module> owners = new ArrayList<>();
    for (Module module : Module.values()) {
      if (module.has(type)) {
        owners.add(module);
      }
    }
    return owners;
  }

  @ParameterizedTest
  @EnumSource
  void modulesKnowOnlyWhatTheyMay(Module module) {
    for (Module other : Module.values()) {
      if (other != module && !module.mayKnow().contains(other)) {
        noClasses()
            .that()
            .resideInAnyPackage(module.packages)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(other.packages)
            .check(MAIN);
      }
    }
  }

  @Test
  void packagesLiveInOneModuleEach() {
    Map<String, Set<String>> places = new TreeMap<>();
    for (JavaClass type : MAIN) {
      String file = type.getFullName().replace('.', '/') + ".class";
      String uri = type.getSource().orElseThrow().getUri().toString();
      places
          .computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
          .add(uri.substring(0, uri.length() - file.length()));
    }

    assertThat(places).allSatisfy((name, where) -> assertThat(where).as(name).hasSize(1));
  }

  @Test
  void rsocketAndNettyAreInTheTransportOnly() {
    noClasses()
        .that(are(not(Module.TRANSPORT_RSOCKET::has)))
        // The HTTP server; it is in no other package, and shows no type of Netty's.
        .and()
        .resideOutsideOfPackage("dev.parley.observability.http")
        // The leak checks read Netty's own records of its buffers; that is their purpose.
        .and(are(not(type -> outermost(type).matches(LEAK_CHECKS))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.rsocket..", "io.netty..", "reactor.netty..")
        .check(MAIN);
  }

  /** Who sees more of a link than what all carriers have in common. */
  private static final Map<String, String> SEE_THE_CARRIER =
      Map.of(
          "dev.parley.node.NodeAssembly", "makes it",
          "dev.parley.node.Surroundings", "lets a simulation make it",
          "dev.parley.node.AgentNodeBuilder", "takes its options",
          "dev.parley.node.NodeBounds", "tells what it holds",
          "dev.parley.observability.NodeGauges", "tells how much direct memory there is",
          "dev.parley.observability.Words", "has a word for each reason",
          "dev.parley.cli.options.DeclaredSettings", "lists its options",
          "dev.parley.cli.BindFailure", "explains why it does not listen");

  @Test
  void aCarrierIsSeenByThoseWhoAssembleANodeOnly() {
    Predicate<JavaClass> listed = type -> SEE_THE_CARRIER.containsKey(outermost(type));
    DescribedPredicate<JavaClass> ofACarrier =
        DescribedPredicate.describe(
            "types of a carrier",
            type ->
                Module.TRANSPORT_RSOCKET.has(type)
                    || type.isAssignableTo(CarriedLink.class) && !type.isInterface()
                    || type.isAssignableTo(Carrier.class) && !type.isInterface());

    noClasses()
        .that(are(not(type -> Module.TRANSPORT_RSOCKET.has(type) || Module.TESTKIT.has(type))))
        .and(are(not(listed)))
        .should()
        .dependOnClassesThat(ofACarrier)
        .check(MAIN);
    assertThat(SEE_THE_CARRIER.keySet())
        .allSatisfy(
            name ->
                assertThat(MAIN.get(name).getDirectDependenciesFromSelf())
                    .anyMatch(known -> ofACarrier.test(known.getTargetClass())));
  }

  private static final String LEAK_CHECKS = "dev\\.parley\\.testkit\\.(Leak|Resource)\\w*";

  @Test
  void bouncyCastleIsInCoreAndTheTransportOnly() {
    noClasses()
        .that(are(not(type -> Module.CORE.has(type) || Module.TRANSPORT_RSOCKET.has(type))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bouncycastle..")
        .check(MAIN);
  }

  @Test
  void coreShowsNothingOfWhatItIsBuiltWith() {
    classes()
        .that()
        .resideInAnyPackage(Module.CORE.packages)
        .should(
            showOnly(
                "java..",
                "dev.parley..",
                "reactor.core..",
                "reactor.util.context..",
                "org.reactivestreams.."))
        .check(MAIN.that(are(not(type -> type.getPackageName().endsWith(".jackson")))));
  }

  private static ArchCondition<JavaClass> showOnly(String... packages) {
    DescribedPredicate<JavaClass> allowed = JavaClass.Predicates.resideInAnyPackage(packages);
    return new ArchCondition<>("show only " + String.join(", ", packages)) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!isVisible(type)) {
          return;
        }
        type.getAllRawSuperclasses().stream()
            .filter(shown -> !allowed.test(shown))
            .forEach(shown -> events.add(violation(type, type.getName(), shown)));
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (isShown(unit.getModifiers())) {
            unit.getAllInvolvedRawTypes().stream()
                .map(JavaClass::getBaseComponentType)
                .filter(shown -> !shown.isPrimitive() && !allowed.test(shown))
                .forEach(shown -> events.add(violation(type, unit.getFullName(), shown)));
          }
        }
        type.getFields().stream()
            .filter(field -> isShown(field.getModifiers()))
            .filter(field -> !field.getRawType().isPrimitive() && !allowed.test(field.getRawType()))
            .forEach(f -> events.add(violation(type, f.getFullName(), f.getRawType())));
      }
    };
  }

  private static boolean isVisible(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
  }

  private static boolean isShown(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static ConditionEvent violation(JavaClass type, String where, JavaClass shown) {
    return SimpleConditionEvent.violated(type, where + " shows " + shown.getName());
  }

  @Test
  void nothingBlocksButWhatSaysSo() {
    classes()
        // The command's threads are there to wait.
        .that(are(not(type -> Module.CLI.has(type) || TEST_CODE.test(type))))
        .should(not("block", ArchitectureTest::blocks, ArchitectureTest::mayBlock))
        .check(MAIN);
  }

  private static boolean blocks(JavaAccess<?> access) {
    AccessTarget target = access.getTarget();
    String name = target.getName();
    JavaClass owner = target.getOwner();
    return (owner.getPackageName().equals("reactor.core.publisher")
            && (name.startsWith("block") || name.matches("toIterable|toStream")))
        || (owner.isAssignableTo(java.util.concurrent.Future.class)
            && name.matches("get|join|getNow"))
        || (owner.isEquivalentTo(Thread.class) && name.matches("sleep|join"))
        || (owner.getPackageName().equals("java.util.concurrent")
            && name.matches("await|take|acquire|invokeAll|awaitTermination"));
  }

  /** A blocking twin ends in "Now", and closing waits. */
  private static boolean mayBlock(JavaAccess<?> access) {
    String method = access.getOrigin().getName();
    // The proxy's calls return when its own thread has done what they ask, bounded by 5 s.
    return method.endsWith("Now")
        || method.equals("close")
        || outermost(access.getOriginOwner()).equals("dev.parley.testkit.fault.ProxyLoop");
  }

  @Test
  void timeRandomnessAndThreadsAreGiven() {
    classes()
        // A command measures and waits in real time.
        .that(are(not(type -> Module.CLI.has(type) || TEST_CODE.test(type))))
        .should(
            not(
                "bring its own clock, randomness or scheduler",
                ArchitectureTest::isAmbient,
                access -> ROOTS.containsKey(outermost(access.getOriginOwner()))))
        .check(MAIN);
  }

  private static boolean isAmbient(JavaAccess<?> access) {
    JavaClass owner = access.getTarget().getOwner();
    String name = access.getTarget().getName();
    return switch (owner.getFullName()) {
      case "java.lang.System" -> name.matches("currentTimeMillis|nanoTime");
      case "java.time.Instant", "java.time.LocalDateTime", "java.time.ZonedDateTime" ->
          name.equals("now");
      case "java.time.Clock" -> name.startsWith("system");
      case "java.security.SecureRandom", "java.util.Random" -> name.matches("<init>|getInstance.*");
      case "java.util.concurrent.ThreadLocalRandom" -> name.equals("current");
      case "java.lang.Math" -> name.equals("random");
      case "java.util.UUID" -> name.equals("randomUUID");
      case "java.util.Timer" -> name.equals("<init>");
      case "java.util.concurrent.Executors", "reactor.core.scheduler.Schedulers" -> true;
      default -> false;
    };
  }

  /** What the rules forbid, for the test that shows that they see it. */
  @SuppressWarnings("unused")
  private static final class Offender {
    final LongSupplier clock = System::nanoTime;
    final Scheduler scheduler = Schedulers.parallel();

    Object waits() {
      return Mono.never().block();
    }

    Supplier<Object> waitsInALambda(CompletableFuture<Object> future) {
      return () -> future.join();
    }

    void sleeps() throws InterruptedException {
      Thread.sleep(1);
    }

    int draws() {
      return new Random().nextInt();
    }

    Object waitsNow() {
      return Mono.never().block();
    }
  }

  @Test
  void rulesSeeWhatTheyForbid() {
    Set<JavaAccess<?>> accesses =
        new ClassFileImporter().importClass(Offender.class).getAccessesFromSelf();

    assertThat(accesses.stream().filter(a -> blocks(a) && !mayBlock(a)))
        .extracting(a -> a.getTarget().getName())
        .containsExactlyInAnyOrder("block", "join", "sleep");
    assertThat(accesses.stream().filter(ArchitectureTest::isAmbient))
        .extracting(a -> a.getTarget().getName())
        .containsExactlyInAnyOrder("nanoTime", "parallel", "<init>");
  }

  @Test
  void everyCompositionRootIsOne() {
    Set<String> used =
        MAIN.stream()
            .filter(
                type -> type.getAccessesFromSelf().stream().anyMatch(ArchitectureTest::isAmbient))
            .map(ArchitectureTest::outermost)
            .collect(Collectors.toSet());

    assertThat(used).as("classes that need their entry").containsAll(ROOTS.keySet());
  }

  @Test
  void theCommandWritesThroughItsConsoleOnly() {
    noClasses()
        .that(are(not(type -> !Module.CLI.has(type))))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(MAIN);
    noClasses()
        .that(are(not(type -> !Module.CLI.has(type))))
        .and()
        .doNotHaveFullyQualifiedName("dev.parley.cli.output.ProcessOutput")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.FileDescriptor")
        .check(MAIN);
  }

  @Test
  void namesSayWhatTheClassIs() {
    assertThat(MAIN.stream().map(JavaClass::getSimpleName))
        .noneMatch(name -> name.matches(".*(Impl|Utils?|Helpers?|Commons?)$"));
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> unmarked = new TreeSet<>();
    for (JavaClass type : MAIN) {
      JavaPackage in = type.getPackage();
      if (!in.isAnnotatedWith(NullMarked.class)) {
        unmarked.add(in.getName());
      }
    }

    assertThat(unmarked).isEmpty();
  }

  private static DescribedPredicate<JavaClass> not(Predicate<JavaClass> excluded) {
    return DescribedPredicate.describe("not excluded", type -> !excluded.test(type));
  }

  /**
   * No access that {@code isForbidden}, but where it {@code isAllowed}. Method references count.
   */
  private static ArchCondition<JavaClass> not(
      String what, Predicate<JavaAccess<?>> isForbidden, Predicate<JavaAccess<?>> isAllowed) {
    return new ArchCondition<>("not " + what) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getAccessesFromSelf().stream()
            .filter(access -> isForbidden.test(access) && !isAllowed.test(access))
            .forEach(
                access ->
                    events.add(SimpleConditionEvent.violated(access, access.getDescription())));
      }
    };
  }
}
