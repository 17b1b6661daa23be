package io.perennial.spring.boot.cloud;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Gives {@code spring.config.import=zookeeper:} a Perennial session for its client, and ends it when the context has
 * its own, or when the application fails before that. Spring Cloud Zookeeper's own client would live on in both cases.
 */
public final class ConfigDataRunListener implements SpringApplicationRunListener {
    /** This class must load even on an older Spring Boot: the error is reported only later. */
    private static final boolean PRESENT = isPresent("org.springframework.cloud.zookeeper.CuratorFactory")
            && isPresent("org.springframework.boot.bootstrap.BootstrapRegistry");

    private final @Nullable ConfigDataSession session = PRESENT ? new ConfigDataSession() : null;

    private static boolean isPresent(String name) {
        return ClassUtils.isPresent(name, ConfigDataRunListener.class.getClassLoader());
    }

    @Override
    public void starting(ConfigurableBootstrapContext bootstrap) {
        if (session != null) {
            session.offer(bootstrap);
        }
    }

    @Override
    public void contextLoaded(ConfigurableApplicationContext context) {
        if (session != null && session.isMade()) {
            context.addBeanFactoryPostProcessor(new ConfigDataHandover(session));
        }
    }

    @Override
    public void failed(@Nullable ConfigurableApplicationContext context, Throwable exception) {
        if (session != null) {
            session.close();
        }
    }
}
