package io.perennial.tomcat.incident.webapp.boot;

import io.perennial.tomcat.incident.webapp.Opened;
import jakarta.servlet.ServletContext;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.web.servlet.support.SpringBootServletInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Deployed as a WAR; a bean after the one with the session fails, and so does the container initializer with it. */
@Configuration(proxyBeanMethods = false)
public class BootApplication extends SpringBootServletInitializer {
    @Override
    protected SpringApplicationBuilder configure(SpringApplicationBuilder builder) {
        SpringApplication application = builder.application();
        // With java.util.logging it would reset the whole JVM's loggers, the test's among them.
        application.setListeners(application.getListeners().stream()
                .filter(listener -> !(listener instanceof LoggingApplicationListener))
                .toList());
        return builder.sources(BootApplication.class).bannerMode(Banner.Mode.OFF);
    }

    @Bean
    Registered registered(ServletContext application) {
        Opened.open(application);
        return new Registered(application);
    }

    @Bean
    Object later(Registered registered) {
        Opened.passGate(registered.application());
        throw Opened.failure();
    }

    record Registered(ServletContext application) {}
}
