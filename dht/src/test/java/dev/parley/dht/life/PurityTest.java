package dev.parley.dht.life;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Everything that touches the world goes through the ports, so that a simulation is repeatable. */
class PurityTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(location -> location.contains("dev/parley/dht/"))
          .importUrl(KademliaNode.class.getProtectionDomain().getCodeSource().getLocation());

  /**
   * Time comes in through {@code DhtClock} only. {@link Instant} itself is a value: to tell a user
   * that a number of milliseconds is one reads no clock, and every way to read one is named here.
   */
  @Test
  void readsNoClock() {
    noClasses()
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethodWhere(target(name("now")).and(target(owner(resideInAPackage("java.time..")))))
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Clock.class, InstantSource.class, Date.class, Calendar.class)
        .check(MAIN);
  }

  @Test
  void hasNoRandomnessOfItsOwn() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ThreadLocalRandom.class, Random.class, SecureRandom.class, UUID.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethodWhere(
            target(name("shuffle"))
                .and(target(owner(type(Collections.class))))
                .and(target(rawParameterTypes(List.class))))
        .check(MAIN);
  }

  @Test
  void hasNoSchedulerOrThreadOfItsOwn() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Schedulers.class, Thread.class)
        .check(MAIN);
  }

  @Test
  void doesNoInputOrOutput() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.parley.dht.wire.IpEndpoint") // literals only
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio.channels..", "java.nio.file..", "java.net..")
        .check(MAIN);
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.parley.dht.wire.IpEndpoint")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(InetAddress.class)
        .check(MAIN);
  }

  @Test
  void stateMachinesKnowNoReactor() {
    noClasses()
        .that()
        .haveNameMatching(
            "dev\\.parley\\.dht\\.\\w+\\.(Lookup|LookupCandidate|RoutingTable|Bucket|TableEntry|Nearest"
                + "|ListingStore|RateLimiter|AddressVotes|SizeEstimator|Rtt|RttEstimator"
                + "|AnswerFilter|ListingCache|PerSecond)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("reactor..", "org.reactivestreams..")
        .check(MAIN);
  }

  @Test
  void dependsOnCoreAndReactorOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.parley",
            "dev.parley.spi",
            "dev.parley.settings",
            "dev.parley.shares",
            "dev.parley.dht..",
            "reactor..",
            "org.reactivestreams..",
            "org.jspecify..",
            "java..")
        .check(MAIN);
  }

  private static DescribedPredicate<JavaClass> type(Class<?> type) {
    return DescribedPredicate.describe(type.getSimpleName(), c -> c.isEquivalentTo(type));
  }
}
