package io.perennial.spring.boot;

import java.lang.management.ManagementFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

/**
 * Does in the background, while the application starts, what the first session's start would wait for longest: the
 * ZooKeeper client looks up the JVM's TLS protocols, whether it uses TLS or not, and JMX starts.
 */
final class ClientPreinitializer implements BackgroundPreinitializer {
    @Override
    public void preinitialize() {
        var unused = new ZKClientConfig();
        ManagementFactory.getPlatformMBeanServer();
        ManagementFactory.getGarbageCollectorMXBeans();
    }
}
