package io.perennial.tomcat.incident.webapp.spring;

import io.perennial.tomcat.incident.webapp.Opened;
import jakarta.servlet.ServletContext;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configurations that fail, each elsewhere. */
public final class Failing {
    private Failing() {}

    /** When the bean with the session is complete. */
    @Configuration(proxyBeanMethods = false)
    public static class LaterBean {
        @Bean
        Holder holder(ServletContext application) {
            return new Holder(application);
        }

        @Bean
        Object later(Holder holder) {
            Opened.passGate(holder.application);
            throw Opened.failure();
        }
    }

    /** In the constructor that has opened the session. */
    @Configuration(proxyBeanMethods = false)
    public static class Constructor {
        @Bean
        Holder holder(ServletContext application) {
            return new Holder(application) {
                {
                    Opened.passGate(application);
                    fail();
                }
            };
        }
    }

    /** In the bean's {@code afterPropertiesSet}, so Spring does not take it for complete. */
    @Configuration(proxyBeanMethods = false)
    public static class AfterPropertiesSet {
        @Bean
        Holder holder(ServletContext application) {
            return new InitializedHolder(application);
        }
    }

    private static final class InitializedHolder extends Holder implements InitializingBean {
        InitializedHolder(ServletContext application) {
            super(application);
        }

        @Override
        public void afterPropertiesSet() {
            Opened.passGate(application);
            fail();
        }
    }

    private static void fail() {
        throw Opened.failure();
    }
}
