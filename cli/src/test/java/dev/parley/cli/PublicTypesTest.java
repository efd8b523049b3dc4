package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.parley.AgentId;
import dev.parley.delegation.Delegation;
import dev.parley.dht.AgentDht;
import dev.parley.node.AgentNode;
import dev.parley.transport.rsocket.RSocketCarrier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What users can name: the public types of the packages that a module exports to everybody. */
class PublicTypesTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.parley");

  /** A module, and how many types users can name: what is added takes the place of something. */
  private enum House {
    CORE(AgentId.class, 40),
    DHT(AgentDht.class, 14),
    TRANSPORT_RSOCKET(RSocketCarrier.class, 8),
    DELEGATION(Delegation.class, 25),
    /** Has no list yet. */
    NODE(AgentNode.class, Integer.MAX_VALUE);

    private final Set<String> exported;
    private final int budget;

    House(Class<?> one, int budget) {
      this.exported = exportedBy(one);
      this.budget = budget;
    }

    /** Names without a fixed order of their own: sorted. */
    List<String> types() {
      return OURS.stream()
          .filter(type -> exported.contains(type.getPackageName()))
          .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
          .filter(JavaClass::isTopLevelClass)
          .map(JavaClass::getFullName)
          .sorted()
          .toList();
    }

    List<String> listed() throws IOException {
      String file = "public-types/" + name().toLowerCase(Locale.ROOT) + ".txt";
      try (InputStream list =
          Objects.requireNonNull(PublicTypesTest.class.getResourceAsStream(file))) {
        return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void typesAreWithinTheBudget(House house) {
    assertThat(house.types()).hasSizeBetween(1, house.budget);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NODE")
  void typesAreThoseOfTheList(House house) throws IOException {
    assertThat(house.types()).isEqualTo(house.listed());
  }

  /**
   * javac says so too, but a {@code @SuppressWarnings("exports")} silences it for all that a type
   * has. The carrier is the one exception: a node makes it, and users hand it over.
   */
  @ParameterizedTest
  @EnumSource
  void signaturesNameWhatUsersCanName(House house) {
    assertThat(leaks(house))
        .allMatch(leak -> leak.startsWith("dev.parley.transport.rsocket.RSocketCarrier"));
  }

  @Test
  void seesWhatASignatureGivesAway() {
    assertThat(leaks(House.TRANSPORT_RSOCKET))
        .anyMatch(leak -> leak.endsWith("-> dev.parley.carrier.Carrier"));
  }

  private static Set<String> leaks(House house) {
    Set<String> exported =
        Stream.of(House.values())
            .flatMap(each -> each.exported.stream())
            .collect(Collectors.toUnmodifiableSet());
    Set<String> leaks = new TreeSet<>();
    OURS.stream()
        .filter(type -> house.exported.contains(type.getPackageName()) && isVisible(type))
        .forEach(
            type -> {
              supertypes(type).forEach(named -> add(leaks, exported, type.getName(), named));
              type.getMembers().stream()
                  .filter(PublicTypesTest::isVisible)
                  .forEach(
                      member ->
                          namedBy(member)
                              .forEach(named -> add(leaks, exported, member.getFullName(), named)));
            });
    return leaks;
  }

  private static Stream<JavaClass> supertypes(JavaClass type) {
    return Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
        .map(JavaType::getAllInvolvedRawTypes)
        .flatMap(Set::stream);
  }

  private static Stream<JavaClass> namedBy(JavaMember member) {
    Stream<JavaClass> named = member.getAllInvolvedRawTypes().stream();
    return member instanceof JavaCodeUnit code
        ? Stream.concat(named, code.getThrowsClause().stream().map(thrown -> thrown.getRawType()))
        : named;
  }

  private static void add(Set<String> leaks, Set<String> exported, String by, JavaClass named) {
    JavaClass type = named.getBaseComponentType();
    boolean ours = type.getPackageName().startsWith("dev.parley");
    if (ours && !(exported.contains(type.getPackageName()) && isVisible(type))) {
      leaks.add(by + " -> " + type.getName());
    }
  }

  /** Also within what it is nested in. */
  private static boolean isVisible(JavaClass type) {
    return isOpen(type.getModifiers())
        && type.getEnclosingClass().map(PublicTypesTest::isVisible).orElse(true);
  }

  /** A bridge or a lambda's body is nobody's to name. */
  private static boolean isVisible(JavaMember member) {
    return isOpen(member.getModifiers()) && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
  }

  private static boolean isOpen(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static Set<String> exportedBy(Class<?> one) {
    Path module;
    try {
      module = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return ModuleFinder.of(module).findAll().stream()
        .map(ModuleReference::descriptor)
        .flatMap(descriptor -> descriptor.exports().stream())
        .filter(exports -> !exports.isQualified())
        .map(ModuleDescriptor.Exports::source)
        .collect(Collectors.toUnmodifiableSet());
  }
}
