package io.perennial.test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final int FEWEST_CLASSES = 60;

    private static final JavaClasses KIT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.perennial.test");

    private static final DescribedPredicate<JavaClass> KNOW_SESSIONS = belongToAnyOf(
                    PerennialAssertions.class, SessionAssert.class, RecordedWatch.class, RecordedWatchAssert.class)
            .as("know sessions");

    @Test
    void scansTheClassesOfThisModule() {
        assertThat(KIT).hasSizeGreaterThanOrEqualTo(FEWEST_CLASSES);
    }

    /** Who has no Perennial on the class path can use everything else. */
    @Test
    void needsPerennialForTheAssertionsAboutSessionsAlone() {
        noClasses()
                .that(DescribedPredicate.not(KNOW_SESSIONS))
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are Perennial's or know sessions",
                        type -> KNOW_SESSIONS.test(type)
                                || type.getPackageName().startsWith("io.perennial")
                                        && !type.getPackageName().equals("io.perennial.test")))
                .check(KIT);
    }

    @Test
    void usesNothingInternal() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.perennial.internal..")
                .check(KIT);
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
                        "org.apache.jute..",
                        "org.assertj..",
                        "org.awaitility..",
                        "org.junit.jupiter.api..",
                        "org.junit.platform.commons.support..",
                        "org.jspecify..",
                        // For the compiler alone
                        "com.google.errorprone.annotations..")
                .check(KIT);
    }
}
