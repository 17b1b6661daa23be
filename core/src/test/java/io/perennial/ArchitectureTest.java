package io.perennial;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    /** Grows with the code: a rule over too few classes proves nothing. */
    private static final int FEWEST_CLASSES = 90;

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
                        "javax.management..",
                        "jdk.jfr..",
                        "org.apache.curator..",
                        "org.apache.zookeeper..",
                        "org.slf4j..",
                        "io.github.resilience4j..",
                        "org.jspecify..",
                        "com.google.errorprone.annotations..")
                .check(CORE);
    }

    /**
     * The packages below the API, lowest first. The API itself (the root package) names the types of all of them and is
     * named by all of them, as its contract wants; what is behind the API goes one way.
     */
    @Test
    void packagesDependOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("protocol")
                .definedBy("io.perennial.protocol")
                .layer("telemetry")
                .definedBy("io.perennial.telemetry")
                .layer("jmx")
                .definedBy("io.perennial.jmx")
                .layer("engine")
                .definedBy("io.perennial.engine")
                .layer("operation")
                .definedBy("io.perennial.operation")
                .layer("handle")
                .definedBy("io.perennial.handle")
                .layer("ephemeral")
                .definedBy("io.perennial.ephemeral")
                .layer("watch")
                .definedBy("io.perennial.watch")
                .layer("session")
                .definedBy("io.perennial.session")
                .whereLayer("protocol")
                .mayNotAccessAnyLayer()
                .whereLayer("session")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("jmx")
                .mayOnlyBeAccessedByLayers("session")
                .whereLayer("telemetry")
                .mayOnlyBeAccessedByLayers("engine", "session")
                .whereLayer("ephemeral")
                .mayOnlyBeAccessedByLayers("session")
                .whereLayer("watch")
                .mayOnlyBeAccessedByLayers("session")
                .whereLayer("handle")
                .mayOnlyBeAccessedByLayers("ephemeral", "watch", "session")
                .whereLayer("operation")
                .mayOnlyBeAccessedByLayers("handle", "ephemeral", "watch", "session")
                .check(CORE);
    }

    /** Where the API has to reach its implementation, and nowhere else. */
    @Test
    void apiReachesTheSessionThroughItsDoorsOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.perennial")
                .and()
                .doNotBelongToAnyOf(ResilientSession.class, SessionOwner.class, SessionRegistry.class)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.perennial.session..", "io.perennial.handle..", "io.perennial.engine..")
                .check(CORE);
    }

    @Test
    void engineKnowsNothingOfZooKeeper() {
        noClasses()
                .that()
                .resideInAPackage("io.perennial.engine")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache..", "io.perennial", "io.perennial.handle..")
                .check(CORE);
    }
}
