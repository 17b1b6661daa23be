package io.perennial.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.BeansException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.SpringVersion;

/** Spring without Boot, of the other generation, with this module put in by mistake. */
@Tag("essential")
class OtherSpringIT {
    @Test
    void itRuns_orNamesTheRightStarter() throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (Path entry : OtherClassPath.entries()) {
            classPath.add(entry.toUri().toURL());
        }

        String said;
        try (var loader = new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Callable<?> program = (Callable<?>) loader.loadClass(Program.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            said = (String) program.call();
        }

        assertThat(said).doesNotStartWith("Spring " + SpringVersion.getVersion());
        if (said.startsWith("Spring 6")) {
            assertThat(said).contains("needs Spring 7, this is 6.2.", "perennial-spring-boot3-starter");
        } else {
            assertThat(said).startsWith("Spring 7.").endsWith(": ran");
        }
    }

    public static final class Program implements Callable<String> {
        @Override
        public String call() {
            String spring = "Spring " + SpringVersion.getVersion() + ": ";
            try (var context = new AnnotationConfigApplicationContext(Sessions.class)) {
                return spring + (context.isRunning() ? "ran" : "did not run");
            } catch (BeansException e) {
                return spring + NestedExceptionUtils.getMostSpecificCause(e).getMessage();
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnablePerennial
    static class Sessions {
        /** Nothing listens there. */
        @Bean(destroyMethod = "close")
        ResilientSession session() {
            return ResilientSession.builder().connectString("127.0.0.1:1").build();
        }

        @Bean
        Prices prices() {
            return new Prices();
        }
    }

    static class Prices {
        @ZooKeeperWatch("/shop/price")
        void changed(String price) {}
    }
}
