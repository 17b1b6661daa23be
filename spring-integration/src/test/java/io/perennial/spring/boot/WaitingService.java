package io.perennial.spring.boot;

import java.util.concurrent.TimeUnit;
import org.apache.curator.utils.DefaultZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;

/** An application whose start waits for servers that do not come; it prints how far it is. */
@SpringBootConfiguration
@ImportAutoConfiguration(PerennialAutoConfiguration.class)
class WaitingService {
    static final String SLOW_CLIENT = "test.slow-client";

    public static void main(String[] arguments) {
        SpringApplication.run(
                WaitingService.class,
                "--perennial.connect-string=" + arguments[0],
                "--perennial.fail-fast=true",
                "--perennial.fail-fast-timeout=10m",
                "--spring.cloud.zookeeper.config.enabled=false",
                "--spring.docker.compose.enabled=false",
                "--spring.main.web-application-type=none",
                "--spring.main.banner-mode=off",
                arguments.length > 1 ? arguments[1] : "--" + SLOW_CLIENT + "=false");
    }

    /** Makes the start wait for its client, too; until the JVM shuts down. */
    @Bean
    @ConditionalOnBooleanProperty(SLOW_CLIENT)
    CuratorBuilderCustomizer slowClient() {
        return (session, builder) -> builder.zookeeperFactory(new SlowFactory());
    }

    @Bean
    Herald herald() {
        return new Herald();
    }

    /** Started before everything else. */
    static final class Herald implements SmartLifecycle, DisposableBean {
        @Override
        public void start() {
            System.out.println("WAITS");
        }

        @Override
        public void destroy() {
            System.out.println("DESTROYED");
        }

        @Override
        public void stop() {
            // Nothing runs.
        }

        @Override
        public boolean isRunning() {
            return false;
        }

        @Override
        public int getPhase() {
            return Integer.MIN_VALUE;
        }
    }

    /** Needs as long for a client as a busy machine that loads ZooKeeper's classes. */
    private static final class SlowFactory extends DefaultZookeeperFactory {
        @Override
        public ZooKeeper newZooKeeper(
                String connectString,
                int sessionTimeout,
                Watcher watcher,
                boolean canBeReadOnly,
                ZKClientConfig zkClientConfig)
                throws Exception {
            System.out.println("MAKES");
            try (var shutdown = new JvmShutdown()) {
                while (!shutdown.hasBegun()) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
            }
            TimeUnit.SECONDS.sleep(1); // longer than Spring looks whether the start is stuck
            return super.newZooKeeper(connectString, sessionTimeout, watcher, canBeReadOnly, zkClientConfig);
        }
    }
}
