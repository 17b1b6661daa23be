package io.perennial.tomcat.incident;

import io.perennial.tomcat.incident.Row.Client;
import io.perennial.tomcat.incident.webapp.OpeningInitializer;
import io.perennial.tomcat.incident.webapp.OpeningListener;
import io.perennial.tomcat.incident.webapp.OpeningServlet;
import io.perennial.tomcat.incident.webapp.PoolListener;
import io.perennial.tomcat.incident.webapp.ThrowingListener;
import io.perennial.tomcat.incident.webapp.ThrowingServlet;
import io.perennial.tomcat.incident.webapp.UnbornListener;
import io.perennial.tomcat.incident.webapp.spring.Failing;
import io.perennial.tomcat.testing.War;
import java.util.List;
import org.springframework.web.context.ContextLoaderListener;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;

/** The ways in which a web application ends. */
enum Way {
    LISTENER_THROWS_BEFORE,
    LISTENER_THROWS_AFTER,
    /** Its session comes from an initializer, since no listener is called. */
    LISTENERS_CONSTRUCTOR_THROWS,
    /** A RuntimeException: state FAILED, no stop, no callback, the class loader goes on. */
    INITIALIZER_THROWS,
    INITIALIZER_REFUSES,
    SERVLET_THROWS,
    SPRINGS_LATER_BEAN_FAILS,
    SPRINGS_BEAN_FAILS_IN_CONSTRUCTOR,
    SPRINGS_BEAN_FAILS_IN_AFTER_PROPERTIES_SET,
    /** As {@link #INITIALIZER_THROWS}. */
    BOOT_FAILS,
    UNDEPLOY,
    /** Of an application without a listener, whose session is in a static field. */
    UNDEPLOY_OF_STATIC_FIELD,
    UNDEPLOY_OF_POOL_THREAD,
    /** The session was made under another context class loader than the application's. */
    UNDEPLOY_OF_POOL_THREAD_OF_OTHER_LOADER,
    RELOAD,
    /** The old version goes, the new one stays. */
    PARALLEL_DEPLOYMENT,
    STOP_OF_TOMCAT;

    boolean isWhileStarting() {
        return ordinal() < UNDEPLOY.ordinal();
    }

    /** Whether Tomcat keeps the failed application's class loader running until it is undeployed. */
    boolean isUncontrolled() {
        return this == INITIALIZER_THROWS || this == BOOT_FAILS;
    }

    /** Who can hold the session: what perennial-tomcat opens is there only in time for some. */
    List<Client> clients() {
        return switch (this) {
            case LISTENERS_CONSTRUCTOR_THROWS,
                    INITIALIZER_THROWS,
                    INITIALIZER_REFUSES,
                    UNDEPLOY_OF_STATIC_FIELD,
                    UNDEPLOY_OF_POOL_THREAD,
                    UNDEPLOY_OF_POOL_THREAD_OF_OTHER_LOADER -> List.of(Client.CORE, Client.GUARDED);
            case BOOT_FAILS -> List.of(Client.CORE, Client.GUARDED, Client.INITIALIZER);
            default -> List.of(Client.CORE, Client.GUARDED, Client.LISTENER, Client.INITIALIZER);
        };
    }

    void furnish(War war) {
        switch (this) {
            case LISTENER_THROWS_BEFORE ->
                war.listener(ThrowingListener.Early.class)
                        .listener(OpeningListener.class)
                        .listener(ThrowingListener.Waiting.class);
            case LISTENER_THROWS_AFTER -> war.listener(OpeningListener.class).listener(ThrowingListener.class);
            case LISTENERS_CONSTRUCTOR_THROWS ->
                war.initializer(OpeningInitializer.class).listener(UnbornListener.class);
            case INITIALIZER_THROWS ->
                war.initializer(OpeningInitializer.class).parameter(OpeningInitializer.THROWS, "RuntimeException");
            case INITIALIZER_REFUSES ->
                war.initializer(OpeningInitializer.class).parameter(OpeningInitializer.THROWS, "ServletException");
            case SERVLET_THROWS -> war.listener(OpeningListener.class).servlet(ThrowingServlet.class);
            case SPRINGS_LATER_BEAN_FAILS -> spring(war, Failing.LaterBean.class);
            case SPRINGS_BEAN_FAILS_IN_CONSTRUCTOR -> spring(war, Failing.Constructor.class);
            case SPRINGS_BEAN_FAILS_IN_AFTER_PROPERTIES_SET -> spring(war, Failing.AfterPropertiesSet.class);
            case BOOT_FAILS -> war.code("boot").libraries("spring", "boot");
            case UNDEPLOY, RELOAD, PARALLEL_DEPLOYMENT, STOP_OF_TOMCAT -> war.listener(OpeningListener.class);
            case UNDEPLOY_OF_STATIC_FIELD -> war.servlet(OpeningServlet.class);
            case UNDEPLOY_OF_POOL_THREAD -> war.listener(PoolListener.class);
            case UNDEPLOY_OF_POOL_THREAD_OF_OTHER_LOADER -> war.listener(PoolListener.OfOtherLoader.class);
        }
    }

    private static void spring(War war, Class<?> configuration) {
        war.code("spring")
                .libraries("spring")
                .parameter("contextClass", AnnotationConfigWebApplicationContext.class.getName())
                .parameter("contextConfigLocation", configuration.getName())
                .listener(ContextLoaderListener.class);
    }
}
