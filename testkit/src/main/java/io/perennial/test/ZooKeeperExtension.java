package io.perennial.test;

import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Implements {@link ZooKeeperTest}. Everything is kept in the store of the context that asked for it. JUnit closes the
 * store at that context's end, in reverse order: observers and networks before the servers to which they lead, and the
 * check for threads, which is stored first, after all of them.
 */
final class ZooKeeperExtension implements BeforeEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(ZooKeeperExtension.class);
    private static final List<Class<? extends ZooKeeperService>> SERVICES =
            List.of(ZooKeeperEnsemble.class, ServerProcess.class, EmbeddedServer.class);
    private static final Set<Class<?>> SUPPORTED = Set.of(
            EmbeddedServer.class,
            ServerProcess.class,
            ZooKeeperEnsemble.class,
            ZooKeeperService.class,
            FaultNetwork.class,
            FaultProxy.class,
            IndependentClient.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        if (settings(context).checkLeaks()) {
            new NoLeaks().beforeEach(context);
        }
    }

    /** Not in constructors: what a test's instance asks for would live as long as the class. */
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getDeclaringExecutable() instanceof Method
                && SUPPORTED.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        Executable asking = parameter.getDeclaringExecutable();
        if (type == FaultNetwork.class) {
            return network(asking, context);
        } else if (type == FaultProxy.class) {
            return network(asking, context).to(0);
        } else if (type == IndependentClient.class) {
            return observer(asking, context);
        } else {
            return type == ZooKeeperService.class
                    ? service(asking, context)
                    : service(type.asSubclass(ZooKeeperService.class), context);
        }
    }

    private static FaultNetwork network(Executable asking, ExtensionContext context) {
        ZooKeeperService service = service(asking, context);
        return held(FaultNetwork.class, context)
                .orElseGet(() -> hold(
                        FaultNetwork.class,
                        new HeldNetwork(
                                FaultNetwork.inFrontOf(service),
                                settings(context).checkLeaks()),
                        context));
    }

    private static IndependentClient observer(Executable asking, ExtensionContext context) {
        ZooKeeperService service = service(asking, context);
        return held(IndependentClient.class, context)
                .orElseGet(() -> hold(
                        IndependentClient.class,
                        new HeldObserver(new IndependentClient(service.connectString())),
                        context));
    }

    /** The existing one, or the one that the same method asks for by its type. */
    private static ZooKeeperService service(Executable asking, ExtensionContext context) {
        List<Class<?>> asked = Arrays.stream(asking.getParameters())
                .<Class<?>>map(Parameter::getType)
                .toList();
        Class<? extends ZooKeeperService> type = SERVICES.stream()
                .filter(each -> asked.contains(each) || held(each, context).isPresent())
                .findFirst()
                .orElse(EmbeddedServer.class);
        return service(type, context);
    }

    private static <T extends ZooKeeperService> T service(Class<T> type, ExtensionContext context) {
        return held(type, context).orElseGet(() -> {
            ZooKeeperTest settings = settings(context);
            return hold(type, new HeldService(start(type, settings), settings.checkLeaks()), context);
        });
    }

    private static ZooKeeperService start(Class<?> type, ZooKeeperTest settings) {
        if (type == EmbeddedServer.class) {
            return configured(ZooKeeperServers.embedded(), settings).start();
        } else if (type == ServerProcess.class) {
            return configured(ZooKeeperServers.process(), settings).start();
        } else {
            return configured(ZooKeeperServers.ensemble(settings.ensembleSize()), settings)
                    .start();
        }
    }

    private static <B extends ServerSettings<B>> B configured(B server, ZooKeeperTest settings) {
        return server.tickTime(Duration.ofMillis(settings.tickTimeMillis()))
                .minSessionTimeout(Duration.ofMillis(settings.minSessionTimeoutMillis()))
                .maxSessionTimeout(Duration.ofMillis(settings.maxSessionTimeoutMillis()));
    }

    private static <T> Optional<T> held(Class<T> type, ExtensionContext context) {
        return Optional.ofNullable(store(context).get(type, Held.class)).map(held -> type.cast(held.resource()));
    }

    private static <T> T hold(Class<T> type, Held held, ExtensionContext context) {
        store(context).put(type, held);
        return type.cast(held.resource());
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }

    /** From the nearest annotation: the method's, its class's, or that of an enclosing class. */
    private static ZooKeeperTest settings(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            Optional<ZooKeeperTest> found =
                    AnnotationSupport.findAnnotation(at.get().getElement(), ZooKeeperTest.class);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new IllegalStateException("no @ZooKeeperTest at " + context.getDisplayName());
    }

    /** What a context has asked for; closed with the context. */
    private sealed interface Held extends AutoCloseable {
        Object resource();

        @Override
        void close();
    }

    private record HeldService(ZooKeeperService resource, boolean checked) implements Held {
        @Override
        public void close() {
            try {
                if (checked) {
                    Leaks.awaitNoConnectionsTo(resource.ports());
                }
            } finally {
                resource.close();
            }
        }
    }

    private record HeldNetwork(FaultNetwork resource, boolean checked) implements Held {
        @Override
        public void close() {
            try {
                if (checked) {
                    Leaks.awaitNoConnectionsTo(
                            resource.proxies().stream().map(FaultProxy::port).toList());
                }
            } finally {
                resource.close();
            }
        }
    }

    private record HeldObserver(IndependentClient resource) implements Held {
        @Override
        public void close() {
            resource.close();
        }
    }
}
