package io.perennial;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
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
                        "javax.security.auth.login..",
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

    /**
     * What users gave may throw anything, and one class knows it (U1). The others that survive every throwable have tasks
     * of the library's own in hand, or keep a call's outcome.
     */
    @Test
    @Tag("U1")
    void nobodyElseCatchesWhatUsersMayThrow() {
        var keepers = Set.of(
                "io.perennial.engine.UserCode",
                "io.perennial.engine.EventLoop",
                "io.perennial.operation.BackgroundRun",
                "io.perennial.operation.PooledRun",
                "io.perennial.operation.Sender",
                "io.perennial.session.HookedEnsemble");
        codeUnits()
                .that()
                .areDeclaredInClassesThat(describe("are not keepers", type -> !keepers.contains(type.getName())))
                .should(satisfy(
                        "not catch Error or Throwable",
                        unit -> closesResources(unit)
                                || unit.getTryCatchBlocks().stream()
                                        .flatMap(block -> block.getCaughtThrowables().stream())
                                        .noneMatch(type -> type.isEquivalentTo(Error.class)
                                                || type.isEquivalentTo(Throwable.class))))
                .check(CORE);
    }

    /** A listener is told in a callback, an owner is asked within {@code UserCode}: in a lambda, both. */
    @Test
    @Tag("U1")
    void listenersAndOwnersAreCalledWithinAGuard() {
        codeUnits()
                .that()
                .areDeclaredInClassesThat(describe(
                        "are none of these themselves",
                        type -> !type.isAssignableTo(SessionListener.class)
                                && !type.isAssignableTo(SessionOwner.class)))
                .should(satisfy("call listeners and owners in a lambda", unit -> unit.getMethodCallsFromSelf().stream()
                        .filter(call -> call.getTargetOwner().isEquivalentTo(SessionListener.class)
                                || call.getTargetOwner().isEquivalentTo(SessionOwner.class))
                        .filter(call -> !call.getTarget().getName().equals("makeCurrent"))
                        .allMatch(JavaMethodCall::isDeclaredInLambda)))
                .check(CORE);
    }

    @Test
    @Tag("S-53")
    void nobodyEndsTheJvm() {
        noClasses()
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(CORE);
    }

    /** The compiler catches Throwable where resources are closed. */
    private static boolean closesResources(JavaCodeUnit unit) {
        return unit.getMethodCallsFromSelf().stream()
                .anyMatch(call -> call.getTarget().getName().equals("addSuppressed"));
    }

    private static ArchCondition<JavaCodeUnit> satisfy(String what, Predicate<JavaCodeUnit> rule) {
        return new ArchCondition<>(what) {
            @Override
            public void check(JavaCodeUnit unit, ConditionEvents events) {
                events.add(new SimpleConditionEvent(unit, rule.test(unit), unit.getDescription()));
            }
        };
    }
}
