package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What users can name. Whoever adds a type adds it to the list too, and so on purpose. */
class PublicTypesTest {
  @Test
  void publicTypesAreThoseOfTheList() throws IOException {
    List<String> types =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.parley")
                .stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getPackageName().equals("dev.parley.keys"))
                .map(JavaClass::getFullName)
                .sorted()
                .toList();

    assertThat(types).isEqualTo(listed());
  }

  private static List<String> listed() throws IOException {
    try (InputStream list =
        Objects.requireNonNull(PublicTypesTest.class.getResourceAsStream("public-types.txt"))) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
