package dev.parley.naive;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class NaiveIndependenceTest {

  private static final JavaClasses NAIVE = new ClassFileImporter().importPackagesOf(NaiveIds.class);

  @Test
  void usesNothingOfTheProjectAndOnlyPrimitivesOfOthers() {
    classes()
        .that()
        .haveNameMatching(".*\\.Naive[A-Za-z]+(\\$.*)?")
        .and()
        .haveSimpleNameNotEndingWith("Test")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.parley.naive", "java..", "javax.crypto..", "org.bouncycastle..")
        .check(NAIVE);
    assertThat(NAIVE.stream().map(JavaClass::getSimpleName))
        .contains("NaiveInitiator", "NaiveResponder", "NaiveClient", "NaiveServer");
  }
}
