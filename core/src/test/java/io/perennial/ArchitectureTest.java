package io.perennial;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    /** Grows with the code: a rule over too few classes proves nothing. */
    private static final int FEWEST_CLASSES = 380;

    private static final String[] API = {
        "io.perennial", "io.perennial.ephemeral", "io.perennial.watch", "io.perennial.operation", "io.perennial.jmx"
    };

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
     * The rooms, lowest first, each with those that it may use; the API is one of them. A newcomer's map is in {@code
     * docs/architecture.md}.
     */
    @Test
    void roomsDependOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("engine")
                .definedBy("io.perennial.internal.engine")
                .layer("protocol")
                .definedBy("io.perennial.internal.protocol")
                .layer("api")
                .definedBy(API)
                .layer("connect")
                .definedBy("io.perennial.internal.connect")
                .layer("telemetry")
                .definedBy("io.perennial.internal.telemetry")
                .layer("owner")
                .definedBy("io.perennial.internal.owner")
                .layer("jmx")
                .definedBy("io.perennial.internal.jmx")
                .layer("operation")
                .definedBy("io.perennial.internal.operation")
                .layer("request")
                .definedBy("io.perennial.internal.request")
                .layer("handle")
                .definedBy("io.perennial.internal.handle")
                .layer("lease")
                .definedBy("io.perennial.internal.lease")
                .layer("restore")
                .definedBy("io.perennial.internal.restore")
                .layer("watchdog")
                .definedBy("io.perennial.internal.watchdog")
                .layer("ephemeral")
                .definedBy("io.perennial.internal.ephemeral")
                .layer("watch")
                .definedBy("io.perennial.internal.watch")
                .layer("state")
                .definedBy("io.perennial.internal.state")
                .layer("session")
                .definedBy("io.perennial.internal.session")
                .whereLayer("engine")
                .mayNotAccessAnyLayer()
                .whereLayer("protocol")
                .mayNotAccessAnyLayer()
                .whereLayer("api")
                .mayOnlyAccessLayers("engine", "session", "owner")
                .whereLayer("connect")
                .mayOnlyAccessLayers("engine")
                .whereLayer("telemetry")
                .mayOnlyAccessLayers("engine", "api")
                .whereLayer("owner")
                .mayOnlyAccessLayers("engine", "api")
                .whereLayer("jmx")
                .mayOnlyAccessLayers("api")
                .whereLayer("operation")
                .mayOnlyAccessLayers("engine", "protocol", "api")
                .whereLayer("request")
                .mayOnlyAccessLayers("engine", "protocol", "api")
                .whereLayer("handle")
                .mayOnlyAccessLayers("engine", "protocol", "api", "connect", "request", "operation")
                .whereLayer("lease")
                .mayOnlyAccessLayers("engine", "protocol", "api", "handle", "operation")
                .whereLayer("restore")
                .mayOnlyAccessLayers("engine", "protocol", "api", "telemetry", "request", "handle")
                .whereLayer("watchdog")
                .mayOnlyAccessLayers("engine", "handle")
                .whereLayer("ephemeral")
                .mayOnlyAccessLayers("engine", "protocol", "api", "request", "restore")
                .whereLayer("watch")
                .mayOnlyAccessLayers("engine", "protocol", "api", "request", "restore")
                .whereLayer("state")
                .mayOnlyAccessLayers("engine", "protocol", "api", "connect", "handle", "lease", "restore")
                .whereLayer("session")
                .mayOnlyBeAccessedByLayers("api")
                .check(CORE);
    }

    @Test
    void everythingIsApiOrInternal() {
        classes()
                .should()
                .resideInAnyPackage(concat(API, "io.perennial.internal.."))
                .check(CORE);
    }

    /** Where the API has to reach its implementation, and nowhere else: two static factories and the registry. */
    @Test
    void apiReachesTheSessionThroughItsDoorsOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(API)
                .and()
                .doNotBelongToAnyOf(ResilientSession.class, SessionOwner.class, SessionRegistry.class)
                .should()
                .dependOnClassesThat(resideInAPackage("io.perennial.internal..")
                        .and(not(resideInAPackage("io.perennial.internal.engine"))))
                .check(CORE);
    }

    /**
     * What one room needs only is not public: a reader sees by that what is its face. But for some that tests in other
     * rooms need, that are only passed through, or that are called by reflection.
     */
    @Test
    void internalsArePublicForAnotherRoomOnly() {
        var passedThrough = Set.of("Endpoint", "Grants");
        var closedByReflection = Set.of("CuratorSession"); // Tomcat's closeMethod wants a public class
        var forTests = Set.of("HandleWire", "UserZookeeperFactory", "Sweep", "Link");
        classes()
                .that()
                .resideInAPackage("io.perennial.internal..")
                .and()
                .areTopLevelClasses()
                .and()
                .arePublic()
                .and(describe(
                        "are no exceptions",
                        type -> !passedThrough.contains(type.getSimpleName())
                                && !closedByReflection.contains(type.getSimpleName())
                                && !forTests.contains(type.getSimpleName())))
                .should(satisfyType("be used in another package", type -> type.getDirectDependenciesToSelf().stream()
                        .anyMatch(use -> !use.getOriginClass().getPackageName().equals(type.getPackageName()))))
                .check(CORE);
    }

    /** Those that do a pass's work report to {@code PassProgress}, and none of them knows who that is. */
    @Test
    void nodesAreReconciledStepByStepDownwards() {
        String nodes = "io.perennial.internal.ephemeral.";
        isKnownTo(nodes + "Reconciler", nodes + "EphemeralNodes");
        isKnownTo(nodes + "ReconcilePass", nodes + "Reconciler");
    }

    private static void isKnownTo(String type, String user) {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(user)
                .and()
                .haveNameNotMatching(Pattern.quote(type) + "(\\$.*)?")
                .and()
                .haveNameNotMatching(Pattern.quote(user) + "\\$.*")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(type)
                .check(CORE);
    }

    @Test
    void engineKnowsNothingOfZooKeeper() {
        noClasses()
                .that()
                .resideInAPackage("io.perennial.internal.engine")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache..", "io.perennial", "io.perennial.internal.handle..")
                .check(CORE);
    }

    /**
     * What users gave may throw anything, and one class knows it (U1). The others that survive every throwable have
     * tasks of the library's own in hand, or keep a call's outcome.
     */
    @Test
    @Tag("U1")
    void nobodyElseCatchesWhatUsersMayThrow() {
        var keepers = Set.of(
                "io.perennial.internal.engine.UserCode",
                "io.perennial.internal.engine.EventLoop",
                "io.perennial.internal.operation.AsynchronousRun",
                "io.perennial.internal.operation.Sender",
                "io.perennial.internal.session.LifecycleEnsembleProvider");
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

    private static String[] concat(String[] packages, String one) {
        return Stream.concat(Stream.of(packages), Stream.of(one)).toArray(String[]::new);
    }

    private static ArchCondition<JavaClass> satisfyType(String what, Predicate<JavaClass> rule) {
        return new ArchCondition<>(what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                events.add(new SimpleConditionEvent(type, rule.test(type), type.getName()));
            }
        };
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
