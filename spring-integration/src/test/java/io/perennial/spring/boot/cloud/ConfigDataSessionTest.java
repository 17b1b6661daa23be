package io.perennial.spring.boot.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.cloud.zookeeper.CuratorFactory;

@Tag("J7")
class ConfigDataSessionTest {
    private final DefaultBootstrapContext bootstrap = new DefaultBootstrapContext();
    private final ConfigDataSession session = new ConfigDataSession();

    private InstanceSupplier<CuratorFramework> registered() {
        return bootstrap.getRegisteredInstanceSupplier(CuratorFramework.class);
    }

    @Test
    void offersItsClient_whereNobodyHas() {
        session.offer(bootstrap);

        assertThat(bootstrap.isRegistered(CuratorFramework.class)).isTrue();
    }

    @Test
    void replacesTheClientOfSpringCloud() {
        CuratorFactory.registerCurator(bootstrap, null, true, context -> true);
        InstanceSupplier<CuratorFramework> theirs = registered();

        session.offer(bootstrap);

        assertThat(registered()).isNotSameAs(theirs);
    }

    @Test
    void leavesTheClientOfTheApplicationAlone() {
        CuratorFramework mine = mock(CuratorFramework.class);
        bootstrap.register(CuratorFramework.class, InstanceSupplier.of(mine));

        session.offer(bootstrap);

        assertThat(bootstrap.get(CuratorFramework.class)).isSameAs(mine);
    }
}
