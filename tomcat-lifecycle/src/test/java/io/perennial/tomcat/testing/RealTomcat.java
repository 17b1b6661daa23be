package io.perennial.tomcat.testing;

import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleListener;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running Tomcat without a port, whose applications load their classes as in production. */
public final class RealTomcat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RealTomcat.class);

    private final Tomcat tomcat = new Tomcat();

    public RealTomcat(Path base) {
        tomcat.setBaseDir(base.toString());
        tomcat.setSilent(true);
        tomcat.getHost();
    }

    public Tomcat tomcat() {
        return tomcat;
    }

    /** A listener of the host, such as the reaper. */
    public RealTomcat with(LifecycleListener listener) {
        tomcat.getHost().addLifecycleListener(listener);
        return this;
    }

    public RealTomcat start() {
        try {
            tomcat.start();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    /** Deploys while the host runs, as its own deployer does; a failure shows in the context's state. */
    public Deployed deploy(String path, String version, WebApplication application) {
        return deploy(context(path, version, application));
    }

    public Deployed deploy(String path, WebApplication application) {
        return deploy(path, "", application);
    }

    public Deployed deploy(StandardContext context) {
        AtomicReference<Remains> remains = new AtomicReference<>();
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                remains.set(Remains.of(context));
            }
        });
        try {
            tomcat.getHost().addChild(context);
        } catch (IllegalStateException e) {
            // "Error starting child": the host's own deployer logs it and goes on, too.
            LOG.info("deployment of {}", context.getName(), e);
        }
        return new Deployed(context, remains.get());
    }

    public static StandardContext context(String path, String version, WebApplication application) {
        StandardContext context = new StandardContext();
        context.setName(version.isEmpty() ? path : path + "##" + version);
        context.setPath(path);
        context.setWebappVersion(version);
        context.setDocBase(application.write().toString());
        context.setParentClassLoader(new CommonLoader());
        ContextConfig config = new ContextConfig();
        config.setDefaultWebXml("org/apache/catalina/startup/NO_DEFAULT_XML");
        context.addLifecycleListener(config);
        return context;
    }

    public void undeploy(Deployed application) {
        tomcat.getHost().removeChild(application.context());
    }

    public void stop() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (tomcat.getServer().getState().isAvailable()) {
            stop();
        }
    }

    /** An application, and what to ask of its first class loader later. */
    public record Deployed(StandardContext context, Remains remains) {}

    /** Tomcat's common loader: Tomcat and the reaper, none of this JVM's test libraries. */
    public static final class CommonLoader extends ClassLoader {
        private static final List<String> TOMCATS =
                List.of("jakarta.", "org.apache.catalina.", "org.apache.tomcat.", "org.apache.juli.");

        public CommonLoader() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (TOMCATS.stream().anyMatch(name::startsWith)) {
                return RealTomcat.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }

        @Override
        protected URL findResource(String name) {
            return TOMCATS.stream().anyMatch(name.replace('/', '.')::startsWith)
                    ? RealTomcat.class.getClassLoader().getResource(name)
                    : null;
        }
    }
}
