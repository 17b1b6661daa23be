package io.perennial.spring;

import io.perennial.ResilientSession;
import io.perennial.SessionTransition;
import org.springframework.context.ApplicationEvent;

/**
 * A session of the application context changed its state. Published for each {@link ResilientSession} bean, in order,
 * in the context that defines it (and, as every event, in its parents), from the moment when the context is refreshed:
 * earlier transitions are published then, on the refreshing thread. Later events come on the session's callback
 * executor, where a listener holds up the session's other listeners. None comes after the context has begun to close.
 *
 * <pre>{@code
 * @EventListener(condition = "event.session == 'orders' and event.transition.to.name() == 'LOST'")
 * void lost(SessionTransitionEvent event) { ... }
 * }</pre>
 */
public class SessionTransitionEvent extends ApplicationEvent {
    private static final long serialVersionUID = 1L;

    private final transient ResilientSession session;
    private final transient SessionTransition transition;

    /**
     * Makes one.
     *
     * @param source the session
     * @param transition what happened to it
     */
    public SessionTransitionEvent(ResilientSession source, SessionTransition transition) {
        super(source);
        this.session = source;
        this.transition = transition;
    }

    /**
     * The session itself.
     *
     * @return the bean
     */
    @Override
    public ResilientSession getSource() {
        return session;
    }

    /**
     * Which session.
     *
     * @return its {@linkplain ResilientSession#name() name}
     */
    public String session() {
        return session.name();
    }

    /**
     * What happened.
     *
     * @return the transition
     */
    public SessionTransition transition() {
        return transition;
    }

    @Override
    public String toString() {
        return "SessionTransitionEvent[session=" + session() + ", transition=" + transition + "]";
    }
}
