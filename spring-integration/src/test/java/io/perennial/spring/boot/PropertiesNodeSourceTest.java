package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.spring.EphemeralNodeSource;
import io.perennial.spring.boot.diagnostics.InvalidSecretException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.SmartLifecycle;

class PropertiesNodeSourceTest {
    @Test
    void placeholdersAreResolvedLate() {
        Contexts.configured()
                .withBean(LatePort.class)
                .withPropertyValues(
                        "perennial.nodes[0].path=/services/${late.port}",
                        "perennial.nodes[0].data=at ${late.port:nowhere}",
                        "perennial.nodes[0].sequential=true",
                        "perennial.nodes[0].on-conflict=replace")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    EphemeralNodeSource source = context.getBean(EphemeralNodeSource.class);
                    assertThat(source.nodes()).singleElement().satisfies(node -> {
                        assertThat(node.path()).isEqualTo("/services/8080");
                        assertThat(node.data()).asString().isEqualTo("at 8080");
                        assertThat(node.sequential()).isTrue();
                        assertThat(node.onConflict()).isEqualTo(EphemeralSpec.OnConflict.REPLACE);
                    });
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
    @Tag("J8")
    void whereTheServersPortIsUnknown_asInAWar_itSaysWhatToWrite() {
        refused("perennial.nodes[0].path=/services/${local.server.port}")
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("a WAR in a container")
                .hasMessageContaining("set that property");
        refused("perennial.nodes[0].path=/a", "perennial.nodes[0].data=http://host:${local.server.port}")
                .isInstanceOf(InvalidSecretException.class)
                .hasMessageContaining("a WAR in a container");
    }

    @Test
    void datasUnknownPlaceholderIsNamed_withoutTheData() {
        refused("perennial.nodes[0].path=/a", "perennial.nodes[0].data=s3cret ${no.such.value}")
                .isInstanceOf(InvalidSecretException.class)
                .hasMessageContaining("perennial.nodes[0].data")
                .hasMessageContaining("no.such.value")
                .hasMessageNotContaining("s3cret");
    }

    /** The start fails when the nodes are published; what of. */
    private static AbstractThrowableAssert<?, ?> refused(String... properties) {
        var failure = new Throwable[1];
        Contexts.configured().withPropertyValues(properties).run(context -> {
            assertThat(context).hasFailed();
            failure[0] = context.getStartupFailure();
            while (failure[0] != null
                    && !(failure[0] instanceof InvalidConfigurationPropertyValueException)
                    && !(failure[0] instanceof InvalidSecretException)) {
                failure[0] = failure[0].getCause();
            }
        });
        return assertThat(failure[0]);
    }

    /** Makes a property known as a web server does its port: after the beans are there, before nodes are published. */
    static final class LatePort implements SmartLifecycle {
        private boolean running;

        @Override
        public void start() {
            System.setProperty("late.port", "8080");
            running = true;
        }

        @Override
        public void stop() {
            System.clearProperty("late.port");
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return SmartLifecycle.DEFAULT_PHASE - 2048;
        }
    }
}
