package io.perennial.tomcat;

import jakarta.servlet.ServletContainerInitializer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ContextResource;
import org.apache.tomcat.util.descriptor.web.ContextResourceLink;

/**
 * A running Tomcat with the library in its own class path, and applications made of nothing but what a test gives them.
 * Each has a class loader and a life cycle as in production.
 */
final class SharedTomcat implements AutoCloseable {
    private final Tomcat tomcat = new Tomcat();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final Logger logger = Logger.getLogger("org.apache");
    private final Handler recorder = new Recorder();

    SharedTomcat(Path base) {
        tomcat.setBaseDir(base.toString());
        tomcat.setSilent(true);
        tomcat.enableNaming();
        tomcat.getHost().setParentClassLoader(getClass().getClassLoader());
        logger.addHandler(recorder);
    }

    SharedTomcat with(ContextResource global) {
        tomcat.getServer().getGlobalNamingResources().addResource(global);
        return this;
    }

    SharedTomcat start() throws LifecycleException {
        tomcat.start();
        return this;
    }

    /** Starts an application while the host runs. One that fails shows it in its state. */
    StandardContext deploy(Application application) {
        try {
            tomcat.getHost().addChild(application.context);
        } catch (IllegalStateException e) {
            // "Error starting child": the host's own deployer logs it and goes on.
        }
        return application.context;
    }

    void undeploy(StandardContext application) {
        tomcat.getHost().removeChild(application);
    }

    void stop() throws LifecycleException {
        tomcat.stop();
    }

    /** What Tomcat logged, with causes. */
    List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    @Override
    public void close() throws LifecycleException {
        if (tomcat.getServer().getState().isAvailable()) {
            tomcat.stop();
        }
        tomcat.destroy();
        logger.removeHandler(recorder);
    }

    static ContextResource resource(String name, Map<String, String> attributes) {
        var resource = new ContextResource();
        resource.setName(name);
        resource.setType("io.perennial.ResilientSession");
        resource.setCloseMethod("close");
        resource.setProperty("factory", ResilientSessionFactory.class.getName());
        attributes.forEach(resource::setProperty);
        return resource;
    }

    /** An application without files; it is configured anew at each start, as by a web.xml. */
    static final class Application {
        private final StandardContext context = new StandardContext();
        private final List<Consumer<StandardContext>> descriptor = new ArrayList<>();

        Application(String path) {
            context.setName(path);
            context.setPath(path);
            context.addLifecycleListener(new Tomcat.FixContextListener());
            context.addLifecycleListener(event -> {
                if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                    descriptor.forEach(entry -> entry.accept(context));
                }
            });
        }

        Application parameter(String name, String value) {
            context.addParameter(name, value);
            return this;
        }

        Application listener(Class<?>... types) {
            for (Class<?> type : types) {
                descriptor.add(at -> at.addApplicationListener(type.getName()));
            }
            return this;
        }

        /** Several run in the order in which they are given. */
        Application initializer(ServletContainerInitializer initializer) {
            descriptor.add(at -> at.addServletContainerInitializer(initializer, null));
            return this;
        }

        Application resource(ContextResource resource) {
            context.getNamingResources().addResource(resource);
            return this;
        }

        Application link(ContextResourceLink link) {
            context.getNamingResources().addResourceLink(link);
            return this;
        }
    }

    private final class Recorder extends Handler {
        @Override
        public void publish(LogRecord entry) {
            Map<Throwable, Boolean> seen = new LinkedHashMap<>();
            for (Throwable cause = entry.getThrown(); cause != null && seen.put(cause, true) == null; ) {
                cause = cause.getCause();
            }
            log.add(Stream.concat(
                            Stream.of(entry.getMessage()),
                            seen.keySet().stream().map(Throwable::toString))
                    .reduce((a, b) -> a + " <- " + b)
                    .orElseThrow());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
