package io.perennial.spring;

import io.perennial.ResilientSession;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts a context's sessions once its singletons exist, after the beans' watches. It never stops a session: beans use
 * their session until they are destroyed, and some write to it only then; the session's destruction, which comes after
 * that of these beans, closes it. For the same reason a paused context keeps its sessions.
 */
final class SessionLifecycle implements SmartLifecycle {
    private final ConfigurableListableBeanFactory beans;
    private final WatchMethods watches;
    private final SessionEvents events;
    private volatile boolean running;

    SessionLifecycle(ConfigurableListableBeanFactory beans, WatchMethods watches, SessionEvents events) {
        this.beans = beans;
        this.watches = watches;
        this.events = events;
    }

    @Override
    public void start() {
        running = true;
        for (String name : beans.getBeanNamesForType(ResilientSession.class, false, true)) {
            events.listen(name, beans.getBean(name, ResilientSession.class));
        }
        watches.begin();
        beans.getBeanProvider(ResilientSession.class).stream(ObjectProvider.UNFILTERED, false)
                .forEach(ResilientSession::start);
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Overrides what Spring has since 7.0. */
    @SuppressWarnings("MissingOverride")
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return SessionPhases.SESSION;
    }
}
