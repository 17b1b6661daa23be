package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;

/** All sessions of a context, for what shows them. */
public final class ContextSessions {
    private ContextSessions() {}

    /**
     * The sessions, including those that are injected by name only and those of the context's parents. Makes the beans
     * if they do not exist yet; starts none.
     *
     * @param beans the context's beans
     * @return by the session's name; a second one of the same name has {@code -2} appended, and so on
     */
    public static Map<String, ResilientSession> of(ConfigurableListableBeanFactory beans) {
        var sessions = new LinkedHashMap<String, ResilientSession>();
        SimpleAutowireCandidateResolver.resolveAutowireCandidates(beans, ResilientSession.class, false, true)
                .values()
                .forEach(session -> sessions.put(free(session.name(), sessions), session));
        return Collections.unmodifiableMap(sessions);
    }

    private static String free(String name, Map<String, ?> taken) {
        String key = name;
        for (int instance = 2; taken.containsKey(key); instance++) {
            key = name + "-" + instance;
        }
        return key;
    }
}
