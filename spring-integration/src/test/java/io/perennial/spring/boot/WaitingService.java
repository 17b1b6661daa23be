package io.perennial.spring.boot;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;

/** An application whose start waits for servers that do not come; it prints how far it is. */
@SpringBootConfiguration
@ImportAutoConfiguration(PerennialAutoConfiguration.class)
class WaitingService {
    public static void main(String[] arguments) {
        SpringApplication.run(
                WaitingService.class,
                "--perennial.connect-string=" + arguments[0],
                "--perennial.fail-fast=true",
                "--perennial.fail-fast-timeout=10m",
                "--spring.cloud.zookeeper.config.enabled=false",
                "--spring.docker.compose.enabled=false",
                "--spring.main.web-application-type=none",
                "--spring.main.banner-mode=off");
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
}
