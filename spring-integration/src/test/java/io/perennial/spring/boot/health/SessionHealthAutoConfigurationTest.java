package io.perennial.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.spring.boot.StubSession;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.zookeeper.ZookeeperHealthAutoConfiguration;
import org.springframework.cloud.zookeeper.ZookeeperHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class SessionHealthAutoConfigurationTest {
    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SessionHealthAutoConfiguration.class,
                    HealthContributorAutoConfiguration.class,
                    HealthContributorRegistryAutoConfiguration.class));
    private final ApplicationContextRunner withSession =
            contexts.withBean("session", ResilientSession.class, () -> StubSession.connected("orders"));
    private final ApplicationContextRunner withSpringCloud = withSession
            .withConfiguration(AutoConfigurations.of(ZookeeperHealthAutoConfiguration.class))
            .withBean(CuratorFramework.class, SessionHealthAutoConfigurationTest::neverStarted);

    @Test
    void hasOneEntry_ofOneSession() {
        withSession.run(context -> assertThat(entry(context)).isInstanceOf(SessionHealth.class));
    }

    @Test
    void isAComposite_ofSeveralSessions_alsoOfThoseInjectedByNameAlone() {
        withSession
                .withBean(
                        "stock",
                        ResilientSession.class,
                        () -> new StubSession("stock"),
                        definition -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false))
                .run(context -> assertThat((CompositeHealthContributor) entry(context))
                        .extracting(HealthContributors.Entry::name)
                        .containsExactlyInAnyOrder("orders", "stock"));
    }

    @Test
    void isThere_whenAllSessionsAreInjectedByNameAlone() {
        contexts.withBean(
                        "stock",
                        ResilientSession.class,
                        () -> new StubSession("stock"),
                        definition -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false))
                .run(context -> assertThat(entry(context)).isInstanceOf(SessionHealth.class));
    }

    @Test
    void tellsSessionsOfOneNameApart() {
        withSession
                .withBean("other", ResilientSession.class, () -> new StubSession("orders"))
                .run(context -> assertThat((CompositeHealthContributor) entry(context))
                        .extracting(HealthContributors.Entry::name)
                        .containsExactlyInAnyOrder("orders", "orders-2"));
    }

    @Test
    @DisplayName("Spring Cloud Zookeeper's indicator, of the same name, gives way: its check calls the server")
    void isTheOnlyEntry_withSpringCloudZookeeper() {
        withSpringCloud.run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(ZookeeperHealthIndicator.class);
            assertThat(context.getBean(HealthContributorRegistry.class))
                    .extracting(HealthContributors.Entry::name)
                    .filteredOn(name -> name.contains("ookeeper"))
                    .containsExactly("zookeeper");
            assertThat(entry(context)).isInstanceOf(SessionHealth.class);
        });
    }

    @Test
    void leavesSpringCloudsIndicator_whenPerennialIsOff() {
        withSpringCloud.withPropertyValues("perennial.enabled=false").run(context -> assertThat(context)
                .hasNotFailed()
                .hasSingleBean(ZookeeperHealthIndicator.class)
                .doesNotHaveBean("zookeeperHealthContributor"));
    }

    @Test
    void leavesSpringCloudsIndicator_whenThereIsNoSession() {
        contexts.withConfiguration(AutoConfigurations.of(ZookeeperHealthAutoConfiguration.class))
                .withBean(CuratorFramework.class, SessionHealthAutoConfigurationTest::neverStarted)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(ZookeeperHealthIndicator.class)
                        .doesNotHaveBean("zookeeperHealthContributor"));
    }

    @Test
    void isOff_togetherWithSpringClouds() {
        withSpringCloud
                .withPropertyValues("management.health.zookeeper.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(ZookeeperHealthIndicator.class)
                        .doesNotHaveBean("zookeeperHealthContributor")
                        .doesNotHaveBean(CloudHealthRemoval.class));
    }

    @Test
    void isOff_whenIndicatorsAreOffByDefault() {
        withSession
                .withPropertyValues("management.health.defaults.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("zookeeperHealthContributor"));
    }

    @Test
    void givesWayToTheApplicationsOwn() {
        withSession.withUserConfiguration(OwnIndicator.class).run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean("zookeeperHealthContributor");
            assertThat(entry(context)).isSameAs(context.getBean("zookeeperHealthIndicator"));
        });
    }

    @Test
    @DisplayName("an indicator of Spring Cloud's class that the application defines is the application's")
    void givesWayToTheApplicationsOwn_ofSpringCloudsClass() {
        withSpringCloud.withUserConfiguration(OwnCloudIndicator.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(entry(context)).isInstanceOf(ZookeeperHealthIndicator.class);
        });
    }

    @Test
    void isNotThere_withoutTheActuator() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SessionHealthAutoConfiguration.class))
                .withBean("session", ResilientSession.class, () -> StubSession.connected("orders"))
                .withClassLoader(new FilteredClassLoader(HealthContributor.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("zookeeperHealthContributor"));
    }

    @Test
    void looksAnewAtEachCheck_withoutStartingAnything() {
        withSession.run(context -> {
            var indicator = (HealthIndicator) entry(context);
            var session = (StubSession) context.getBean(ResilientSession.class);
            assertThat(indicator.health().getStatus().getCode()).isEqualTo("UP");

            session.state = SessionState.LOST;

            assertThat(indicator.health().getStatus().getCode()).isEqualTo("DOWN");
        });
    }

    private static HealthContributor entry(AssertableApplicationContext context) {
        return context.getBean(HealthContributorRegistry.class).getContributor("zookeeper");
    }

    private static CuratorFramework neverStarted() {
        return CuratorFrameworkFactory.newClient("127.0.0.1:1", new RetryOneTime(1));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnIndicator {
        @Bean
        HealthIndicator zookeeperHealthIndicator() {
            return () -> Health.up().build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCloudIndicator {
        @Bean
        ZookeeperHealthIndicator zookeeperHealthIndicator(CuratorFramework curator) {
            return new ZookeeperHealthIndicator(curator);
        }
    }
}
