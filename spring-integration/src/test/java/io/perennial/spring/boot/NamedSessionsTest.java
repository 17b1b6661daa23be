package io.perennial.spring.boot;

import static io.perennial.spring.boot.Contexts.NOBODY;
import static io.perennial.spring.boot.Contexts.configured;
import static io.perennial.spring.boot.Contexts.plain;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.spring.EphemeralNodeSource;
import io.perennial.spring.boot.diagnostics.NoConnectStringException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.client.ZKClientConfig;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class NamedSessionsTest {
    private static final String ORDERS = "perennial.sessions.orders.connect-string=" + NOBODY;
    private static final String STOCK = "perennial.sessions.stock.connect-string=" + NOBODY;

    @Test
    void eachIsInjectedByItsQualifier_withItsCurator() {
        plain().withPropertyValues(ORDERS, STOCK)
                .withUserConfiguration(Wired.class)
                .run(context -> {
                    Wired wired = context.getBean(Wired.class);
                    assertThat(wired.orders.name()).isEqualTo("orders");
                    assertThat(wired.stock.name()).isEqualTo("stock");
                    assertThat(wired.ordersCurator).isSameAs(wired.orders.curator());
                    assertThat(wired.stockCurator)
                            .isSameAs(wired.stock.curator())
                            .isNotSameAs(wired.ordersCurator);
                });
    }

    @Test
    void namedSessionsAloneMakeNoFurtherOne_andNoneIsPrimary() {
        plain().withPropertyValues(ORDERS, STOCK).run(context -> {
            assertThat(context.getBeansOfType(ResilientSession.class))
                    .containsOnlyKeys("ordersSession", "stockSession");
            assertThat(context.getBeanProvider(ResilientSession.class).getIfUnique())
                    .isNull();
            assertThat(context.getBeanProvider(CuratorFramework.class).getIfUnique())
                    .isNull();
        });
    }

    @Test
    void withSpringCloudZookeeper_namedSessionsAloneMakeNoFurtherOneEither() {
        Contexts.withSpringCloud()
                .withPropertyValues(ORDERS, STOCK, "perennial.primary=stock")
                .run(context -> {
                    assertThat(context.getBeansOfType(ResilientSession.class))
                            .containsOnlyKeys("ordersSession", "stockSession");
                    assertThat(primary(context)).isEqualTo("stock");
                });
    }

    @Test
    void theOnlyOneIsThePrimaryOne() {
        plain().withPropertyValues(ORDERS).run(context -> {
            assertThat(primary(context)).isEqualTo("orders");
            assertThat(context.getBean(CuratorFramework.class))
                    .isSameAs(context.getBean(ResilientSession.class).curator());
        });
    }

    @Test
    void thePrimaryOneCanBeChosen() {
        plain().withPropertyValues(ORDERS, STOCK, "perennial.primary=stock")
                .run(context -> assertThat(primary(context)).isEqualTo("stock"));
    }

    @Test
    void theUnnamedOneIsPrimary_whereThereIsOne() {
        configured().withPropertyValues(ORDERS).run(context -> assertThat(primary(context))
                .isEqualTo("zookeeper"));
    }

    @Test
    void theUnnamedOneIsPrimary_whenConnectionDetailsMakeIt() {
        plain().withPropertyValues("perennial.sessions.orders.namespace=orders")
                .withUserConfiguration(ConditionsTest.OwnDetails.class)
                .run(context -> assertThat(primary(context)).isEqualTo("zookeeper"));
    }

    @Test
    void theApplicationsOwnOneIsPrimary() {
        plain().withPropertyValues(ORDERS)
                .withUserConfiguration(ConditionsTest.OwnSession.class)
                .run(context ->
                        assertThat(context.getBean(ResilientSession.class)).isSameAs(context.getBean("mine")));
    }

    @Test
    void aPrimaryOneThatDoesNotExistIsRefused() {
        refused(plain().withPropertyValues(ORDERS, "perennial.primary=stick"))
                .hasMessageContaining("perennial.primary")
                .hasMessageContaining("stick")
                .hasMessageContaining("[orders]");
    }

    @Test
    void aPrimaryOneBesideTheUnnamedOneIsRefused() {
        refused(configured().withPropertyValues(ORDERS, "perennial.primary=orders"))
                .hasMessageContaining("perennial.primary")
                .hasMessageContaining("perennial.connect-string");
    }

    @Test
    void theUnnamedOnesNameIsRefused() {
        refused(configured().withPropertyValues(ORDERS, "perennial.name=orders"))
                .hasMessageContaining("perennial.name")
                .hasMessageContaining("orders");
    }

    @Test
    void theUnnamedOnesDefaultNameWillDo_whereThereIsNoUnnamedOne() {
        plain().withPropertyValues("perennial.sessions.zookeeper.connect-string=" + NOBODY)
                .run(context -> assertThat(primary(context)).isEqualTo("zookeeper"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a.b", "a b"})
    void aNameThatIsNoneIsRefused(String name) {
        refused(plain().withPropertyValues("perennial.sessions.[" + name + "].connect-string=" + NOBODY))
                .hasMessageContaining("perennial.sessions." + name)
                .hasMessageContaining("letters, digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orderService", "order-service", "order_service", "Orders", "7"})
    void aNameIsAsItIsWritten(String name) {
        plain().withPropertyValues(
                        "perennial.sessions." + name + ".connect-string=" + NOBODY,
                        "perennial.sessions." + name + ".session-timeout=7s")
                .run(context -> {
                    assertThat(primary(context)).isEqualTo(name);
                    assertThat(builder(context, name))
                            .extracting("sessionTimeout")
                            .isEqualTo(Duration.ofSeconds(7));
                });
    }

    @Test
    void theConnectStringIsInherited() {
        configured()
                .withPropertyValues("perennial.sessions.orders.namespace=orders")
                .run(context -> assertThat(builder(context, "orders"))
                        .extracting("connectString.text")
                        .isEqualTo(NOBODY));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:3, 127.0.0.1:3", ", 127.0.0.1:2"})
    void connectionDetailsGoBeforeWhatIsInherited_butNotBeforeTheSessionsOwn(String own, String expected) {
        configured()
                .withPropertyValues("perennial.sessions.orders.namespace=orders")
                .withPropertyValues(
                        own == null ? new String[0] : new String[] {"perennial.sessions.orders.connect-string=" + own})
                .withUserConfiguration(ConditionsTest.OwnDetails.class)
                .run(context -> assertThat(builder(context, "orders"))
                        .extracting("connectString.text")
                        .isEqualTo(expected));
    }

    @Test
    void whatIsNotSetIsInherited_butTheNodes() {
        plain().withPropertyValues(
                        "perennial.session-timeout=41s",
                        "perennial.close-timeout=1s",
                        "perennial.namespace=common",
                        "perennial.lease-margin=2s",
                        "perennial.authorizations=digest:a:b",
                        "perennial.restore.max-batch-operations=17",
                        "perennial.restore.max-batches-in-flight=7",
                        "perennial.client.zookeeper.request.timeout=1234",
                        "perennial.client.zookeeper.clientCnxnSocket=org.apache.zookeeper.ClientCnxnSocketNIO",
                        "perennial.nodes[0].path=/common",
                        ORDERS,
                        "perennial.sessions.orders.namespace=orders",
                        "perennial.sessions.orders.restore.max-batch-operations=18",
                        "perennial.sessions.orders.client.zookeeper.request.timeout=4321",
                        "perennial.sessions.stock.connect-string=127.0.0.1:2",
                        "perennial.sessions.stock.nodes[0].path=/stock")
                .run(context -> {
                    assertThat(builder(context, "orders"))
                            .extracting(
                                    "connectString.text",
                                    "sessionTimeout",
                                    "namespace",
                                    "leaseMargin",
                                    "restore.maxBatchOperations",
                                    "restore.maxBatchesInFlight")
                            .containsExactly(NOBODY, Duration.ofSeconds(41), "/orders", Duration.ofSeconds(2), 18, 7);
                    assertThat(builder(context, "orders"))
                            .extracting("authorizations")
                            .asInstanceOf(InstanceOfAssertFactories.LIST)
                            .hasSize(1);
                    assertThat(builder(context, "orders"))
                            .extracting("clientConfig")
                            .isInstanceOfSatisfying(ZKClientConfig.class, config -> {
                                assertThat(config.getProperty("zookeeper.request.timeout"))
                                        .isEqualTo("4321");
                                assertThat(config.getProperty("zookeeper.clientCnxnSocket"))
                                        .endsWith("NIO");
                            });
                    assertThat(builder(context, "stock"))
                            .extracting("connectString.text", "namespace", "restore.maxBatchOperations")
                            .containsExactly("127.0.0.1:2", "/common", 17);
                    Map<String, EphemeralNodeSource> nodes = context.getBeansOfType(EphemeralNodeSource.class);
                    assertThat(nodes.get("ordersNodes").nodes()).isEmpty();
                    assertThat(nodes.get("stockNodes").nodes()).hasSize(1);
                    assertThat(nodes.get("stockNodes").session()).isEqualTo("stock");
                });
    }

    @Test
    void oneWithoutServersNamesTheProperty() {
        refused(plain().withPropertyValues("perennial.sessions.orders.namespace=orders"))
                .isInstanceOf(NoConnectStringException.class)
                .hasMessageContaining("perennial.sessions.orders.connect-string");
    }

    @Test
    void aWrongValueNamesTheProperty() {
        refused(plain().withPropertyValues(ORDERS, "perennial.sessions.orders.session-timeout=0s"))
                .hasMessageContaining("perennial.sessions.orders.session-timeout")
                .hasMessageContaining("must be positive");
    }

    @Test
    void allAreClosedWithTheContext() {
        plain().withPropertyValues(ORDERS, STOCK, "perennial.close-timeout=1s").run(context -> {
            List<ResilientSession> sessions =
                    List.copyOf(context.getBeansOfType(ResilientSession.class).values());
            context.close();
            assertThat(sessions).extracting(session -> session.state().name()).containsOnly("CLOSED");
        });
    }

    private static String primary(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed();
        return context.getBean(ResilientSession.class).name();
    }

    private static ResilientSession.Builder builder(AssertableApplicationContext context, String session) {
        return context.getBean(Contexts.BuilderProbe.class).builder(session);
    }

    private static AbstractThrowableAssert<?, ?> refused(ApplicationContextRunner contexts) {
        var failure = new Throwable[1];
        contexts.run(context -> failure[0] = context.getStartupFailure());
        assertThat(failure[0]).isNotNull();
        Throwable root = failure[0];
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return assertThat(root);
    }

    @Configuration(proxyBeanMethods = false)
    static class Wired {
        private ResilientSession orders;
        private ResilientSession stock;
        private CuratorFramework ordersCurator;
        private CuratorFramework stockCurator;

        @Bean
        Object wiring(
                @Qualifier("orders") ResilientSession orders,
                @Qualifier("stock") ResilientSession stock,
                @Qualifier("orders") CuratorFramework ordersCurator,
                @Qualifier("stock") CuratorFramework stockCurator) {
            this.orders = orders;
            this.stock = stock;
            this.ordersCurator = ordersCurator;
            this.stockCurator = stockCurator;
            return new Object();
        }
    }
}
