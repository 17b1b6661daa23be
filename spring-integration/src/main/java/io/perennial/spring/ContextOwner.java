package io.perennial.spring;

import io.perennial.Registration;
import io.perennial.SessionOwner;
import io.perennial.SessionRegistry;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.SpringProperties;

/**
 * A context as the owner of the sessions that its beans build themselves while it refreshes. The first incident was
 * such a case: a bean opened a client, a later bean failed, and nothing knew of the client any more.
 *
 * <p>It is a bean factory post-processor so as to be there before any bean of the application, and for the same reason
 * it is destroyed after them.
 */
final class ContextOwner
        implements SessionOwner,
                BeanFactoryPostProcessor,
                ApplicationContextAware,
                ApplicationListener<ContextRefreshedEvent>,
                DisposableBean {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final SessionOwner loader = SessionOwner.ofClassLoader(Objects.requireNonNullElseGet(
            Thread.currentThread().getContextClassLoader(), ClassLoader::getSystemClassLoader));
    private @Nullable ApplicationContext context;
    private @Nullable Registration current;
    private volatile boolean destroyed;

    @Override
    public void setApplicationContext(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        if (isRefreshing()) {
            current = SessionOwner.makeCurrent(this);
        }
    }

    /** Ahead-of-time processing comes here too, but it makes no beans and reports no end. */
    private boolean isRefreshing() {
        return context instanceof ConfigurableApplicationContext refreshable
                && refreshable.isActive()
                && !SpringProperties.getFlag(AbstractAotProcessor.AOT_PROCESSING);
    }

    /** The refresh is over; this comes on its thread. */
    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        if (event.getApplicationContext() == context) {
            leave();
        }
    }

    /** Ends on the refreshing thread what began there, whichever thread a multicaster uses for events. */
    @Override
    public boolean supportsAsyncExecution() {
        return false;
    }

    private void leave() {
        Registration entered = current;
        current = null;
        if (entered != null) {
            entered.close();
        }
    }

    /** The context has closed, or its refresh has failed; the latter on the refreshing thread. */
    @Override
    public void destroy() {
        leave();
        destroyed = true;
        SessionRegistry.closeAll(this, CLOSE_TIMEOUT);
    }

    @Override
    public boolean isAlive() {
        return !destroyed && loader.isAlive();
    }

    @Override
    public String describe() {
        return context == null ? "a Spring context" : "Spring context " + context.getDisplayName();
    }
}
