package io.perennial.spring;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.internal.engine.UserCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.Assert;

/**
 * Publishes the transitions of a context's own sessions as {@link SessionTransitionEvent}s, between the context's
 * refresh and its close. If no close is reported, as when a context is refreshed again, this bean ends before the
 * sessions do.
 *
 * <p>Concurrency: the lock guards the map only; events are published outside it.
 */
final class SessionEvents
        implements BeanPostProcessor,
                BeanNameAware,
                BeanFactoryAware,
                ApplicationContextAware,
                ApplicationListener<ApplicationContextEvent>,
                DisposableBean {
    private static final Log LOG = LogFactory.getLog(SessionEvents.class);

    private final Object lock = new Object();
    /** By bean name. */
    @GuardedBy("lock")
    private final Map<String, Listening> sessions = new LinkedHashMap<>();

    @GuardedBy("lock")
    private boolean refreshed;

    @GuardedBy("lock")
    private boolean closed;

    private @Nullable String name;
    private @Nullable ConfigurableListableBeanFactory beans;
    private @Nullable ApplicationContext context;

    private record Listening(ResilientSession session, TransitionRelay relay, Registration registration) {}

    @Override
    public void setBeanName(String name) {
        this.name = name;
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = (ConfigurableListableBeanFactory) beanFactory;
    }

    @Override
    public void setApplicationContext(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof ResilientSession session && isSingleton(beanName)) {
            listen(beanName, session);
        }
        return bean;
    }

    private boolean isSingleton(String beanName) {
        return beans != null && beans.containsBean(beanName) && beans.isSingleton(beanName);
    }

    /** Listens to a session unless it already does; a session made before this bean is found only later. */
    void listen(String beanName, ResilientSession session) {
        boolean passing;
        var relay = new TransitionRelay(transition -> publish(session, transition));
        synchronized (lock) {
            if (closed || sessions.containsKey(beanName) || session.state() == SessionState.CLOSED) {
                return;
            }
            sessions.put(beanName, new Listening(session, relay, session.addListener(relay)));
            passing = refreshed;
        }
        if (beans != null && name != null) {
            beans.registerDependentBean(beanName, name);
        }
        if (passing) {
            relay.release();
        }
    }

    private void publish(ResilientSession session, SessionTransition transition) {
        Assert.state(context != null, "setApplicationContext comes first");
        context.publishEvent(new SessionTransitionEvent(session, transition));
    }

    @Override
    public void onApplicationEvent(ApplicationContextEvent event) {
        if (event.getApplicationContext() != context) {
            return;
        }
        if (event instanceof ContextRefreshedEvent) {
            beginPassing();
        } else if (event instanceof ContextClosedEvent) {
            destroy();
        }
    }

    /** The context's beginning and end must come in this order. */
    @Override
    public boolean supportsAsyncExecution() {
        return false;
    }

    private void beginPassing() {
        List<Listening> all;
        synchronized (lock) {
            refreshed = true;
            all = List.copyOf(sessions.values());
        }
        for (Listening each : all) {
            Throwable thrown = UserCode.run(each.relay::release);
            if (thrown != null) {
                LOG.warn("session '" + each.session.name() + "': a listener of a SessionTransitionEvent threw", thrown);
            }
        }
    }

    /** The context closes, or its refresh has failed. */
    @Override
    public void destroy() {
        List<Listening> all;
        synchronized (lock) {
            closed = true;
            all = List.copyOf(sessions.values());
            sessions.clear();
        }
        for (Listening each : all) {
            each.relay.end();
            each.registration.close();
        }
    }
}
