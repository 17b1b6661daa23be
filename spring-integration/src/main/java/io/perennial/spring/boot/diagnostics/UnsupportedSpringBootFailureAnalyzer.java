package io.perennial.spring.boot.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what works with the application's generation of Spring Boot. It must itself run on older ones. */
final class UnsupportedSpringBootFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedSpringBootException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedSpringBootException cause) {
        return new FailureAnalysis(
                "perennial-spring-boot-starter is made for Spring Boot 4, and this application runs on Spring Boot "
                        + cause.version() + ".",
                """
                One of:
                - move the application to Spring Boot 4
                - set perennial.enabled=false, if this application does not use it
                - depend on perennial-core instead of perennial-spring-boot-starter, and make the session a bean: \
                @Bean(destroyMethod = "close") ResilientSession session() \
                { return ResilientSession.builder().connectString(...).build().start(); }\
                """,
                cause);
    }
}
