package io.perennial.spring.boot.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Spring Boot's own analysis of a wrong property looks its value up and prints it; this one does not. */
final class InvalidSecretFailureAnalyzer extends AbstractFailureAnalyzer<InvalidSecretException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidSecretException cause) {
        return new FailureAnalysis(
                "The value of the property '" + cause.property() + "' (" + cause.length()
                        + " characters, not shown as it may be a secret) is wrong: " + cause.reason() + ".",
                "Correct '" + cause.property() + "'.",
                cause);
    }
}
