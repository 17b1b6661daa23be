package io.perennial.tomcat.reaper;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ReaperArchitectureTest {
    private static final JavaClasses REAPER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.perennial.tomcat.reaper");

    @Test
    void needsNothingButTomcat() {
        assertThat(REAPER).as("classes scanned").hasSizeGreaterThan(12);
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "jdk.jfr..",
                        "org.apache.catalina..",
                        "org.apache.juli..",
                        // Need not be there at run time: ReaperJarIT.
                        "org.jspecify.annotations..",
                        "com.google.errorprone.annotations..",
                        "io.perennial.tomcat.reaper..")
                .check(REAPER);
    }

    @Test
    void showsUsersOneClass() {
        assertThat(REAPER.stream().filter(type -> type.getModifiers().toString().contains("PUBLIC")))
                .extracting(type -> type.getSimpleName())
                .containsExactly("ZooKeeperReaper");
    }
}
