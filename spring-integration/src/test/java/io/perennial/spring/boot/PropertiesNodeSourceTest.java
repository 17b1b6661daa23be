package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.spring.EphemeralNodeSource;
import io.perennial.spring.boot.diagnostics.InvalidSecretException;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

class PropertiesNodeSourceTest {
    @Test
    void placeholdersAreResolvedLate() {
        Contexts.configured()
                .withPropertyValues(
                        "perennial.nodes[0].path=/services/${late.port}",
                        "perennial.nodes[0].data=at ${late.port:nowhere}",
                        "perennial.nodes[0].sequential=true",
                        "perennial.nodes[0].on-conflict=replace")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    EphemeralNodeSource source = context.getBean(EphemeralNodeSource.class);
                    System.setProperty("late.port", "8080");
                    try {
                        assertThat(source.nodes()).singleElement().satisfies(node -> {
                            assertThat(node.path()).isEqualTo("/services/8080");
                            assertThat(node.data()).asString().isEqualTo("at 8080");
                            assertThat(node.sequential()).isTrue();
                            assertThat(node.onConflict()).isEqualTo(EphemeralSpec.OnConflict.REPLACE);
                        });
                    } finally {
                        System.clearProperty("late.port");
                    }
                });
    }

    @Test
    void aMissingPathNamesItsProperty() {
        refused("perennial.nodes[0].data=x")
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("perennial.nodes[0].path")
                .hasMessageContaining("give an absolute path");
    }

    @Test
    void aRelativePathNamesItsProperty() {
        refused("perennial.nodes[0].path=/a", "perennial.nodes[1].path=services/x")
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("perennial.nodes[1].path")
                .hasMessageContaining("services/x");
    }

    @Test
    void aPathsUnknownPlaceholderIsNamed() {
        refused("perennial.nodes[0].path=/services/${no.such.port}")
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("perennial.nodes[0].path")
                .hasMessageContaining("no.such.port");
    }

    @Test
    void datasUnknownPlaceholderIsNamed_withoutTheData() {
        refused("perennial.nodes[0].path=/a", "perennial.nodes[0].data=s3cret ${no.such.value}")
                .isInstanceOf(InvalidSecretException.class)
                .hasMessageContaining("perennial.nodes[0].data")
                .hasMessageContaining("no.such.value")
                .hasMessageNotContaining("s3cret");
    }

    private static AbstractThrowableAssert<?, ?> refused(String... properties) {
        var failure = new Throwable[1];
        Contexts.configured().withPropertyValues(properties).run(context -> {
            List<EphemeralNodeSource> sources = List.copyOf(
                    context.getBeansOfType(EphemeralNodeSource.class).values());
            try {
                sources.forEach(EphemeralNodeSource::nodes);
            } catch (RuntimeException e) {
                failure[0] = e;
            }
        });
        return assertThat(failure[0]);
    }
}
