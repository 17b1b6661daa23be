package io.perennial.spring.boot.diagnostics;

import io.perennial.SessionTransition;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what must change before the session can succeed. */
final class SessionFailedFailureAnalyzer extends AbstractFailureAnalyzer<SessionFailedException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SessionFailedException cause) {
        String name = cause.report().name();
        String prefix = cause.prefix();
        return cause.failure()
                .map(failure -> new FailureAnalysis(
                        "Session '" + name + "' has failed (" + failure.cause() + "), and '" + prefix
                                + ".fail-fast' is true: " + failure.detail() + ".",
                        action(failure.cause(), prefix),
                        cause))
                .orElseGet(() ->
                        new FailureAnalysis("Session '" + name + "' has failed.\n\n" + cause.report(), null, cause));
    }

    private static String action(SessionTransition.Cause cause, String prefix) {
        return switch (cause) {
            case TIMEOUT_CLAMPED -> """
                One of:
                - change the setting of every server as said above
                - set '%1$s.session-timeout' to what the servers grant
                - set '%1$s.on-timeout-clamped' to warn, to work with what they grant\
                """.formatted(prefix);
            case AUTH_FAILED -> "Correct '" + prefix + ".authorizations', or the SASL login, to what servers accept.";
            case CHROOT_MISSING ->
                "Create that path on the servers, or correct the part of the connect string after the hosts.";
            case HANDLE_FAILED ->
                "Correct '" + prefix + ".client.*' and '" + prefix + ".ssl.*', which the client is made with.";
            default -> "Without '" + prefix + ".fail-fast' the application starts, and the session keeps trying.";
        };
    }
}
