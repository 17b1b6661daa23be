package io.perennial.samples.shop.stage;

import io.perennial.ResilientSession;
import io.perennial.samples.server.Relay;
import io.perennial.samples.server.Server;
import io.perennial.samples.shop.LiveStreams;
import io.perennial.samples.shop.ShopApplication;
import io.perennial.samples.shop.Trouble;
import java.io.IOException;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** One instance of the service, and the network in front of it. */
final class Instance implements AutoCloseable {
    private final Relay relay;
    private final ConfigurableApplicationContext context;
    private final ResilientSession session;

    /** Starts it; throws what keeps it from starting. */
    Instance(Options options, int index, Server server, Operator operator) throws IOException {
        relay = new Relay(server.port());
        var application = new SpringApplication(ShopApplication.class);
        application.setRegisterShutdownHook(false); // the stage closes it, before the server
        application.addInitializers(starting -> {
            properties(options, index, starting);
            ((GenericApplicationContext) starting)
                    .registerBean(
                            Trouble.class,
                            () -> new Faults(relay, server, operator, starting.getBean(ResilientSession.class)));
        });
        try {
            context = application.run();
        } catch (RuntimeException | Error e) {
            relay.close();
            throw e;
        }
        session = context.getBean(ResilientSession.class);
    }

    private void properties(Options options, int index, ConfigurableApplicationContext starting) {
        Map<String, Object> properties = Map.of(
                "server.port", options.port(index),
                "perennial.name", "shop-" + (index + 1),
                "perennial.connect-string", relay.address(),
                "perennial.session-timeout", options.sessionTimeout().toString());
        starting.getEnvironment().getPropertySources().addFirst(new MapPropertySource("stage", properties));
    }

    ResilientSession session() {
        return session;
    }

    /** Pages that listen. */
    int listeners() {
        return context.getBean(LiveStreams.class).count();
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    String address() {
        return "http://localhost:" + port() + "/";
    }

    @Override
    public void close() {
        context.close();
        relay.close();
    }
}
