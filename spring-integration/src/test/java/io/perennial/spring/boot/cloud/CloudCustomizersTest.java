package io.perennial.spring.boot.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.spring.boot.CuratorBuilderCustomizer;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.zookeeper.CuratorFrameworkCustomizer;

class CloudCustomizersTest {
    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PerennialAutoConfiguration.class, SpringCloudZookeeperAutoConfiguration.class))
            .withPropertyValues("perennial.connect-string=127.0.0.1:1", "perennial.close-timeout=1s");

    @Test
    void areThereWithSpringCloudZookeeper() {
        contexts.run(context -> assertThat(context).hasNotFailed().hasSingleBean(CuratorBuilderCustomizer.class));
    }

    @Test
    void areNotThereWithoutIt() {
        contexts.withClassLoader(new FilteredClassLoader(CuratorFrameworkCustomizer.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CuratorBuilderCustomizer.class));
    }

    @Test
    void areNotThere_whenSwitchedOff() {
        contexts.withPropertyValues("perennial.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CuratorBuilderCustomizer.class));
    }
}
