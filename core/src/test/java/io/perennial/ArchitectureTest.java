package io.perennial;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    /** Grows with the code: a rule over too few classes proves nothing. */
    private static final int FEWEST_CLASSES = 1;

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.perennial");

    @Test
    void scansTheClassesOfThisModule() {
        assertThat(CORE).hasSizeGreaterThanOrEqualTo(FEWEST_CLASSES);
    }

    @Test
    void dependsOnlyOnWhatUsersAreToldTheyInherit() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.perennial..",
                        "java..",
                        "org.apache.curator..",
                        "org.apache.zookeeper..",
                        "org.slf4j..",
                        "io.github.resilience4j..",
                        "org.jspecify..",
                        "com.google.errorprone.annotations..")
                .check(CORE);
    }
}
