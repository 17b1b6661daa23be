package io.perennial.tomcat.reaper;

import io.perennial.tomcat.testing.RealTomcat;
import io.perennial.tomcat.testing.RealTomcat.Deployed;

/** The ways in which an application ends. */
enum Ending {
    LISTENER_THROWS(true),
    UNDEPLOY(false),
    UNDEPLOY_WITHOUT_LISTENER(false),
    RELOAD(false),
    STOP_OF_TOMCAT(false),
    /** State FAILED, no stop, no callback, loader running. */
    INITIALIZER_THROWS(true);

    private final boolean whileStarting;

    Ending(boolean whileStarting) {
        this.whileStarting = whileStarting;
    }

    WebApp prepare(WebApp application) {
        if (this == INITIALIZER_THROWS || this == UNDEPLOY_WITHOUT_LISTENER) {
            application.inInitializer();
        }
        return whileStarting ? application.failing() : application;
    }

    /** No-op for those that happen while the application starts. */
    void happen(RealTomcat tomcat, Deployed application) {
        switch (this) {
            case UNDEPLOY, UNDEPLOY_WITHOUT_LISTENER -> tomcat.undeploy(application);
            case RELOAD -> application.context().reload();
            case STOP_OF_TOMCAT -> tomcat.stop();
            case LISTENER_THROWS, INITIALIZER_THROWS -> {}
        }
    }

    boolean startsAnew() {
        return this == RELOAD;
    }
}
