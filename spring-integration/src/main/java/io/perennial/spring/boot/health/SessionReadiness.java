package io.perennial.spring.boot.health;

import io.perennial.ResilientSession;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.health.application.ReadinessStateHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** The readiness of the application and of its sessions. */
final class SessionReadiness extends ReadinessStateHealthIndicator {
    private final Map<String, ResilientSession> sessions;

    SessionReadiness(ApplicationAvailability availability, Map<String, ResilientSession> sessions) {
        super(availability);
        this.sessions = sessions;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) throws Exception {
        super.doHealthCheck(health);
        var unfit = new LinkedHashMap<String, String>();
        sessions.forEach((name, session) -> {
            if (!isFit(session)) {
                unfit.put(name, session.state() + ", lease " + (session.lease().isHeld() ? "held" : "not held"));
            }
        });
        if (!unfit.isEmpty()) {
            health.status(Status.OUT_OF_SERVICE).withDetail("sessions", unfit);
        }
    }

    static boolean isFit(ResilientSession session) {
        return switch (session.state()) {
            case CONNECTED, RESTORING, SUSPENDED -> session.lease().isHeld();
            case READ_ONLY -> true;
            case LATENT, CONNECTING, LOST, FAILED, CLOSED -> false;
        };
    }
}
