package io.perennial.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.catalina.loader.ParallelWebappClassLoader;
import org.junit.jupiter.api.Test;

/** What needs no running Tomcat; the rest is in {@link ResilientSessionFactoryIT}. */
class ResourceScopeTest {
    @Test
    void isTheContainers_whenNoApplicationIsAround() throws Exception {
        ResourceScope scope = ResourceScope.of(null, getClass().getClassLoader());

        assertThat(scope.owner().isAlive()).isTrue();
        assertThat(scope.owner().describe()).isEqualTo("Tomcat");
        assertThat(scope.classLoader()).isSameAs(getClass().getClassLoader());
        assertThat(scope.isEnding()).isFalse();
    }

    @Test
    void refusesGlobalResource_whoseClassesAreAnApplicationsOwn() throws Exception {
        try (var application = new ParallelWebappClassLoader()) {
            assertThatThrownBy(() -> ResourceScope.of(null, application))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("put this library into Tomcat's own class path");
        }
    }

    @Test
    void runsUnderItsClassLoader_andLeavesTheThreadAsItWas() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ResourceScope scope = ResourceScope.of(null, ClassLoader.getPlatformClassLoader());

        ClassLoader within = scope.call(() -> Thread.currentThread().getContextClassLoader());

        assertThat(within).isSameAs(ClassLoader.getPlatformClassLoader());
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }
}
