package io.perennial.tomcat.distribution.webapp;

import io.perennial.ResilientSession;
import io.perennial.tomcat.ResilientSessionListener;
import jakarta.servlet.ServletContext;
import java.nio.charset.StandardCharsets;

/** Registers the application under an ephemeral node that holds its version. */
public final class RegisteringListener extends ResilientSessionListener {
    public static final String NODE = "node";
    public static final String VERSION = "version";

    @Override
    protected void prepare(ResilientSession session, ServletContext application) {
        session.ephemerals()
                .register(
                        application.getInitParameter(NODE),
                        application.getInitParameter(VERSION).getBytes(StandardCharsets.UTF_8));
    }
}
