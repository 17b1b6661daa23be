package io.perennial.tomcat.reaper;

import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;

/** A running Tomcat without a port, whose applications load their classes as in production. */
final class RealTomcat implements AutoCloseable {
    private final Tomcat tomcat = new Tomcat();

    RealTomcat(Path base) {
        tomcat.setBaseDir(base.toString());
        tomcat.setSilent(true);
        tomcat.getHost();
    }

    Tomcat tomcat() {
        return tomcat;
    }

    RealTomcat with(ZooKeeperReaper reaper) {
        tomcat.getHost().addLifecycleListener(reaper);
        return this;
    }

    RealTomcat start() {
        try {
            tomcat.start();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    /** Deploys while the host runs, as its own deployer does; a failure shows in the context's state. */
    Deployed deploy(String path, String version, WebApp application) {
        return deploy(context(path, version, application));
    }

    Deployed deploy(String path, WebApp application) {
        return deploy(path, "", application);
    }

    Deployed deploy(StandardContext context) {
        AtomicReference<Remains> remains = new AtomicReference<>();
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                remains.set(Remains.of(context));
            }
        });
        try {
            tomcat.getHost().addChild(context);
        } catch (IllegalStateException e) {
            // "Error starting child": the host's own deployer logs it and goes on.
        }
        return new Deployed(context, remains.get());
    }

    static StandardContext context(String path, String version, WebApp application) {
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

    void undeploy(Deployed application) {
        tomcat.getHost().removeChild(application.context());
    }

    void stop() {
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
    record Deployed(StandardContext context, Remains remains) {}

    /** Tomcat's common loader: Tomcat and the reaper, none of this JVM's test libraries. */
    static final class CommonLoader extends ClassLoader {
        private static final List<String> TOMCATS =
                List.of("jakarta.", "org.apache.catalina.", "org.apache.tomcat.", "org.apache.juli.");

        CommonLoader() {
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
