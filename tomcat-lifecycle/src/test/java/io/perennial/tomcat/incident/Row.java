package io.perennial.tomcat.incident;

import io.perennial.tomcat.ResilientSessionListener;
import io.perennial.tomcat.incident.webapp.Opened;
import io.perennial.tomcat.testing.War;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** One application of the incident: how it is built, and how it ends. */
record Row(Way way, ServerState server, Client client, History history, Backend backend) {
    /** What becomes of the server. */
    enum ServerState {
        ALIVE,
        /** When the application ends, and back a quarter of a minute before the end of the observation. */
        DOWN,
        /** Right after the application's end. */
        RESTARTED
    }

    /** Who holds the session that nobody closes. */
    enum Client {
        /** ZooKeeper's own, without this library. */
        RAW,
        CURATOR,
        /** The library's core. */
        CORE,
        /** The same session, with perennial-tomcat next to it. */
        GUARDED,
        /** Opened by {@link ResilientSessionListener}. */
        LISTENER,
        /** Opened by perennial-tomcat's initializer. */
        INITIALIZER;

        boolean isControl() {
            return this == RAW || this == CURATOR;
        }

        /** Whether perennial-tomcat opens the session. */
        boolean isByParameters() {
            return this == LISTENER || this == INITIALIZER;
        }
    }

    /** What the application has done before, and so which classes it has loaded. */
    enum History {
        COLD,
        WARM,
        USED
    }

    enum Backend {
        LOGBACK,
        LOG4J2,
        JUL
    }

    boolean isControl() {
        return client.isControl();
    }

    War war(Path directory, String name, String connectString, Duration timeout) {
        War war = new War(directory, Opened.class)
                .libraries("client", backend.name().toLowerCase(Locale.ROOT))
                .parameter(Opened.NAME, name)
                .parameter(Opened.NODE, "/" + name)
                .parameter(Opened.CONNECT, connectString)
                .parameter(Opened.TIMEOUT, timeout.toMillis())
                .parameter(Opened.HISTORY, history)
                .parameter(Opened.CLIENT, client);
        if (!client.isControl()) {
            war.libraries("perennial").parameter(Opened.CLIENT, client.isByParameters() ? "OF_APPLICATION" : client);
        }
        if (client.isByParameters() || client == Client.GUARDED) {
            war.library(Path.of(System.getProperty("perennial-tomcat.jar")));
        }
        if (client.isByParameters()) {
            war.parameter("perennial.name", name)
                    .parameter("perennial.connectString", connectString)
                    .parameter("perennial.sessionTimeout", timeout.toMillis() + "ms");
        }
        if (client == Client.LISTENER) {
            war.listener(ResilientSessionListener.class);
        }
        way.furnish(war);
        return war;
    }

    @Override
    public String toString() {
        return String.join(", ", way.name(), "server " + server, client.name(), history.name(), backend.name());
    }
}
