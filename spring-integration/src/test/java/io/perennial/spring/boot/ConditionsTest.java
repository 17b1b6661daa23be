package io.perennial.spring.boot;

import static io.perennial.spring.boot.Contexts.configured;
import static io.perennial.spring.boot.Contexts.plain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.perennial.ResilientSession;
import io.perennial.spring.EphemeralNodeSource;
import io.perennial.spring.PublishedNodes;
import io.perennial.spring.boot.diagnostics.NoConnectStringException;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class ConditionsTest {
    @Test
    void aConnectStringGivesOneSession_andItsCurator() {
        configured().run(context -> {
            assertThat(context).hasSingleBean(ResilientSession.class);
            assertThat(context).hasSingleBean(CuratorFramework.class);
            assertThat(context.getBean(CuratorFramework.class))
                    .isSameAs(context.getBean(ResilientSession.class).curator());
        });
    }

    @Test
    void nodesAreThere_whenSomeAreDeclared() {
        configured().run(context -> assertThat(context).doesNotHaveBean(EphemeralNodeSource.class));
        configured().withPropertyValues("perennial.nodes[0].path=/a").run(context -> assertThat(context)
                .hasSingleBean(EphemeralNodeSource.class));
    }

    @Test
    void severalSessionsOfTheApplicationNeedNoPrimaryOne_whereNothingAsksForIt() {
        plain().withUserConfiguration(TwoSessions.class).run(context -> assertThat(context)
                .hasNotFailed()
                .getBeans(ResilientSession.class)
                .hasSize(2));
    }

    @Test
    void aChildContextUsesItsParentsSessions_andPublishesNothingTwice() {
        ApplicationContextRunner both = configured()
                .withPropertyValues("perennial.nodes[0].path=/a", "perennial.sessions.orders.namespace=orders");
        both.run(parent -> both.withParent(parent).run(child -> {
            assertThat(child).hasNotFailed();
            assertThat(child.getBeanFactory().getBeanNamesForType(ResilientSession.class))
                    .isEmpty();
            assertThat(child.getBean(ResilientSession.class)).isSameAs(parent.getBean("resilientSession"));
            assertThat(child.getBean("ordersSession")).isSameAs(parent.getBean("ordersSession"));
            assertThat(child.getBean(PublishedNodes.class).nodes()).isEmpty();
            assertThat(parent.getBean(PublishedNodes.class).nodes()).hasSize(1);
        }));
    }

    @Test
    void nothingIsThere_whenSwitchedOff() {
        configured()
                .withPropertyValues("perennial.enabled=false", "perennial.sessions.orders.namespace=orders")
                .run(context -> {
                    assertThat(context).doesNotHaveBean(ResilientSession.class);
                    assertThat(context).doesNotHaveBean(CuratorFramework.class);
                    assertThat(context).doesNotHaveBean(NamedSessions.class);
                });
    }

    @Test
    void theLackOfAConnectStringIsNoticed() {
        plain().run(context -> assertThat(context).getFailure().hasRootCauseInstanceOf(NoConnectStringException.class));
    }

    @Test
    void aBlankConnectStringIsNone() {
        plain().withPropertyValues("perennial.connect-string=  ")
                .run(context ->
                        assertThat(context).getFailure().hasRootCauseInstanceOf(NoConnectStringException.class));
    }

    @Test
    void theApplicationsOwnSessionGoesBeforeOurs() {
        configured().withUserConfiguration(OwnSession.class).run(context -> {
            assertThat(context).hasSingleBean(ResilientSession.class).hasBean("mine");
            assertThat(context.getBean(CuratorFramework.class)).isSameAs(OwnSession.CURATOR);
        });
    }

    @Test
    void theApplicationsOwnSessionNeedsNoConnectString() {
        plain().withUserConfiguration(OwnSession.class)
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(ResilientSession.class));
    }

    @Test
    void theApplicationsOwnSessionGivesNoCuratorFramework_whenSwitchedOff() {
        configured()
                .withPropertyValues("perennial.enabled=false")
                .withUserConfiguration(OwnSession.class)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(ResilientSession.class)
                        .doesNotHaveBean(CuratorFramework.class));
    }

    @Test
    void theApplicationsOwnCuratorFrameworkGoesBeforeOurs() {
        configured().withUserConfiguration(OwnCurator.class).run(context -> {
            assertThat(context).hasSingleBean(CuratorFramework.class).hasBean("mine");
            assertThat(context).hasSingleBean(ResilientSession.class);
        });
    }

    @Test
    void connectionDetailsGoBeforeTheConnectString() {
        configured().withUserConfiguration(OwnDetails.class).run(context -> {
            assertThat(context).hasSingleBean(ZooKeeperConnectionDetails.class);
            assertThat(context.getBean(Contexts.BuilderProbe.class).builder("zookeeper"))
                    .extracting("connectString.text")
                    .isEqualTo("127.0.0.1:2");
        });
    }

    @Test
    void connectionDetailsNeedNoConnectString() {
        plain().withUserConfiguration(OwnDetails.class)
                .run(context -> assertThat(context).hasSingleBean(ResilientSession.class));
    }

    @Test
    void aSessionConnectsToNothing_beforeTheContextStarts() {
        configured().withUserConfiguration(Constructed.class).run(context -> assertThat(
                        context.getBean(Constructed.class).stateInConstructor)
                .isEqualTo("LATENT"));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnSession {
        static final CuratorFramework CURATOR = mock(CuratorFramework.class);

        @Bean
        ResilientSession mine() {
            ResilientSession session = mock(ResilientSession.class);
            when(session.curator()).thenReturn(CURATOR);
            return session;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoSessions {
        @Bean
        ResilientSession one() {
            return new StubSession("one");
        }

        @Bean
        ResilientSession two() {
            return new StubSession("two");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCurator {
        @Bean
        CuratorFramework mine() {
            return mock(CuratorFramework.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnDetails {
        @Bean
        ZooKeeperConnectionDetails mine() {
            return () -> "127.0.0.1:2";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Constructed {
        private final String stateInConstructor;

        Constructed(ResilientSession session) {
            stateInConstructor = session.state().name();
        }
    }
}
