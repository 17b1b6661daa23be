package io.perennial.tomcat;

import io.perennial.ResilientSession;
import jakarta.servlet.ServletContext;
import java.util.function.BiConsumer;

/** Opens and closes the session of a web application. */
final class ApplicationSession {
    private ApplicationSession() {}

    static ResilientSession open(ServletContext application, ContextParameters parameters) {
        return open(application, parameters, (builder, context) -> {}, (session, context) -> {});
    }

    /** Leaves nothing behind when anything on the way throws. */
    static ResilientSession open(
            ServletContext application,
            ContextParameters parameters,
            BiConsumer<ResilientSession.Builder, ServletContext> configure,
            BiConsumer<ResilientSession, ServletContext> prepare) {
        ResilientSession.Builder builder = ResilientSession.builder();
        parameters.apply(builder);
        configure.accept(builder, application);
        ResilientSession session = build(builder, parameters);
        try {
            application.setAttribute(ResilientSessions.ATTRIBUTE, session);
            prepare.accept(session, application);
            return session.start();
        } catch (Throwable e) {
            close(application, session);
            throw e;
        }
    }

    private static ResilientSession build(ResilientSession.Builder builder, ContextParameters parameters) {
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            if (parameters.has(ContextParameters.CONNECT_STRING)) {
                throw e;
            }
            throw new IllegalArgumentException(
                    parameters.describe(ContextParameters.CONNECT_STRING) + " is not set: " + e.getMessage(), e);
        }
    }

    static void close(ServletContext application, ResilientSession session) {
        try {
            session.close();
        } finally {
            application.removeAttribute(ResilientSessions.ATTRIBUTE);
        }
    }
}
