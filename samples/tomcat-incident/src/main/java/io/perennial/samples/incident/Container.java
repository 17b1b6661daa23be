package io.perennial.samples.incident;

import io.perennial.tomcat.reaper.ZooKeeperReaper;
import java.nio.file.Path;
import java.util.concurrent.CyclicBarrier;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.util.ServerInfo;

/** A Tomcat without a port, with a virtual host for each application. One of the hosts has the reaper. */
final class Container implements AutoCloseable {
    private final Tomcat tomcat = new Tomcat();

    Container(Path base) {
        tomcat.setBaseDir(base.toString());
        tomcat.getEngine().setDefaultHost(Variant.RAW.host());
        for (Variant variant : Variant.values()) {
            var host = new StandardHost();
            host.setName(variant.host());
            host.setAppBase("webapps");
            host.setDeployOnStartup(false);
            if (variant.hasReaper()) {
                host.addLifecycleListener(new ZooKeeperReaper());
            }
            tomcat.getEngine().addChild(host);
        }
    }

    static String version() {
        return ServerInfo.getServerInfo().replace("Apache ", "").replace('/', ' ');
    }

    void start() throws LifecycleException {
        tomcat.start();
    }

    /**
     * Deploys an application, as the host's deployer does. Returns when its start has failed.
     *
     * @param moment where the application waits for its failure
     */
    void deploy(WebApplication application, Variant variant, CyclicBarrier moment, Remains remains) {
        var context = new StandardContext();
        context.setName("/shop");
        context.setPath("/shop");
        context.setDocBase(application.directory().toString());
        context.setParentClassLoader(new CommonLoader());
        var config = new ContextConfig();
        config.setDefaultWebXml("org/apache/catalina/startup/NO_DEFAULT_XML");
        context.addLifecycleListener(config);
        context.addLifecycleListener(remains);
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                context.getServletContext().setAttribute("moment", moment);
            }
        });
        try {
            tomcat.getEngine().findChild(variant.host()).addChild(context);
        } catch (IllegalStateException e) {
            // "Error starting child": the deployer logs this and goes on.
        }
    }

    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }
}
