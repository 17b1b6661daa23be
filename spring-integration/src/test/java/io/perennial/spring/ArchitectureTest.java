package io.perennial.spring;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.handle.SaslLogin;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.perennial.spring");

    /** But for the one guard around users' code, which must be the same, and what a SASL login is recognized by. */
    @Test
    void usesTwoInternalsOfCoreOnly() {
        assertThat(MODULE).as("classes scanned").hasSizeGreaterThan(60);
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.perennial.internal..")
                        .and(not(belongToAnyOf(UserCode.class, SaslLogin.class))))
                .check(MODULE);
    }
}
