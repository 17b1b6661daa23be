package io.perennial.spring.boot;

import java.lang.management.ManagementFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Does in the background, while the application starts, what the first session's start would wait for longest: the
 * ZooKeeper client looks up the JVM's TLS protocols, whether it uses TLS or not, and JMX starts. Spring Boot 3.5 has a
 * thread for this, too, but takes in nobody else's work.
 */
final class ClientPreinitializer implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {
    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        boolean alone = Runtime.getRuntime().availableProcessors() == 1;
        if (!alone && event.getEnvironment().getProperty("perennial.enabled", Boolean.class, true)) {
            var thread = new Thread(ClientPreinitializer::preinitialize, "perennial-preinitialize");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void preinitialize() {
        var unused = new ZKClientConfig();
        ManagementFactory.getPlatformMBeanServer();
        ManagementFactory.getGarbageCollectorMXBeans();
    }
}
