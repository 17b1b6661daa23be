package io.perennial.spring.boot.cloud;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A small application on Spring Cloud Zookeeper, as somebody would have written it who knows nothing of us. */
@SpringBootConfiguration
@EnableAutoConfiguration
class CloudService {
    /** Starts it with a web server on a free port. */
    static ConfigurableApplicationContext start(String... properties) {
        return builder(WebApplicationType.SERVLET, properties).run();
    }

    static SpringApplicationBuilder builder(WebApplicationType type, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "server.port=0",
                "server.address=127.0.0.1",
                "spring.application.name=shop",
                "spring.cloud.zookeeper.discovery.instance-host=127.0.0.1",
                "spring.main.banner-mode=off",
                "spring.jmx.enabled=false",
                // Spring Cloud 2025.1 was made for Boot 4.0.
                "spring.cloud.compatibility-verifier.enabled=false",
                "spring.cloud.zookeeper.config.import-check.enabled=false",
                "management.endpoints.web.exposure.include=*"));
        all.addAll(List.of(properties));
        return new SpringApplicationBuilder(CloudService.class)
                .web(type)
                .registerShutdownHook(false)
                .properties(all.toArray(String[]::new));
    }
}
