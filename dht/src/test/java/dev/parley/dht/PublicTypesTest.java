package dev.parley.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What users can name: the public types of the packages that the module exports to everybody. */
class PublicTypesTest {
  /** What is added takes the place of something. */
  private static final int BUDGET = 14;

  @Test
  void publicTypesAreWithinTheBudget() throws IOException {
    assertThat(publicTypes()).hasSizeBetween(1, BUDGET);
  }

  @Test
  void publicTypesAreThoseOfTheList() throws IOException {
    assertThat(publicTypes()).isEqualTo(listed());
  }

  private static List<String> listed() throws IOException {
    try (InputStream list =
        Objects.requireNonNull(PublicTypesTest.class.getResourceAsStream("public-types.txt"))) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static List<String> publicTypes() throws IOException {
    URL module = AgentDht.class.getProtectionDomain().getCodeSource().getLocation();
    Set<String> exported = exportedBy(module);
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importUrl(module).stream()
            .filter(type -> exported.contains(type.getPackageName()))
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(JavaClass::isTopLevelClass)
            .map(JavaClass::getFullName)
            .sorted()
            .toList();
  }

  private static Set<String> exportedBy(URL module) throws IOException {
    try (InputStream descriptor = new URL(module, "module-info.class").openStream()) {
      return ModuleDescriptor.read(descriptor).exports().stream()
          .filter(exports -> !exports.isQualified())
          .map(ModuleDescriptor.Exports::source)
          .collect(Collectors.toSet());
    }
  }
}
