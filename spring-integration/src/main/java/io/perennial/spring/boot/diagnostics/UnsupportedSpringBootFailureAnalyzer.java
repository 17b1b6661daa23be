package io.perennial.spring.boot.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what works with the application's generation of Spring Boot. It must itself run on all of them. */
final class UnsupportedSpringBootFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedSpringBootException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedSpringBootException cause) {
        Starter here = ThisStarter.STARTER;
        Starter right = Starter.forSpringBoot(cause.version());
        return new FailureAnalysis(
                here.artifact() + " is made for " + here.generation() + ", and this application runs on Spring Boot "
                        + cause.version() + ".",
                """
                One of:
                - %s
                - set perennial.enabled=false, if this application does not use it
                - depend on perennial-core instead of %s, and make the session a bean: \
                @Bean(destroyMethod = "close") ResilientSession session() \
                { return ResilientSession.builder().connectString(...).build().start(); }\
                """.formatted(
                                right == null
                                        ? "move the application to Spring Boot 3.5 or 4"
                                        : "depend on " + right.artifact() + " instead, which is the same for "
                                                + right.generation(),
                                here.artifact()),
                cause);
    }
}
