package io.perennial.tomcat;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.perennial.tomcat");

    @Test
    void showsUsersFourClasses() {
        assertThat(MODULE.stream()
                        .filter(type -> type.getPackageName().equals("io.perennial.tomcat"))
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC)))
                .extracting(JavaClass::getSimpleName)
                .containsExactlyInAnyOrder(
                        "ResilientSessionListener",
                        "ResilientSessions",
                        "PerennialInitializer",
                        "ResilientSessionFactory");
    }

    @Test
    void usesNothingInternal() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.perennial.internal..")
                .check(MODULE);
    }

    @Test
    void dependsOneWay() {
        assertThat(MODULE).as("classes scanned").hasSizeGreaterThan(25);
        noClasses()
                .that()
                .resideInAPackage("io.perennial.tomcat.settings..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.perennial.tomcat", "org.apache.catalina..", "jakarta..")
                .check(MODULE);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.perennial.tomcat.reaper..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.perennial.tomcat.reaper..")
                .check(MODULE);
    }

    /** The others are loaded in any container, before it is known to be Tomcat. */
    @Test
    void namesTomcatsClasses_onlyWhereItIsKnownToBeTomcat() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.perennial.tomcat.reaper..")
                .and()
                .doNotHaveSimpleName("ContextGuard")
                .and()
                .doNotHaveSimpleName("TomcatApplication")
                .and()
                .doNotHaveSimpleName("ResourceScope")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.catalina..", "org.apache.naming..")
                .check(MODULE);
    }
}
