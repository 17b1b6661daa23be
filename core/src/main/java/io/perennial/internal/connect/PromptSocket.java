package io.perennial.internal.connect;

import java.lang.invoke.MethodHandles;
import org.apache.zookeeper.ClientCnxnSocketNIO;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * Spares a handle the tenth of a second for which ZooKeeper's NIO socket sleeps after each connection and each attempt
 * that came to nothing, before anybody is told of the loss ({@code ClientCnxnSocketNIO.cleanup}). Its Netty socket has
 * no such sleep.
 *
 * <p>The client takes the class of its socket by name from its configuration, and looks for it with ZooKeeper's class
 * loader. So a subclass is defined in there, in ZooKeeper's own package, for {@code cleanup} is package-private;
 * {@link PromptSocketClass} has it. The sleep ends before it begins when its thread is interrupted: it then clears the
 * interrupt and goes on, and so is any other interrupt cleared that comes meanwhile, as in the sleep itself.
 *
 * <p>There is one such class for each ZooKeeper, however many applications with a copy of this library share that: who
 * comes first defines it, the others find it.
 *
 * <p>Where that fails the client has its own socket, and nothing else changes.
 */
final class PromptSocket {
    private static final String IN_A_NATIVE_IMAGE = "org.graalvm.nativeimage.imagecode";

    private final @Nullable String name;
    private final @Nullable String obstacle;

    /** Finds or defines the class. */
    interface Definition {
        Class<?> get() throws ReflectiveOperationException;
    }

    /** In the class loader of the client that there is. */
    PromptSocket() {
        this(PromptSocket::findOrDefine);
    }

    PromptSocket(Definition definition) {
        String found = null;
        String why = null;
        try {
            found = definition.get().getName();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            why = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        this.name = found;
        this.obstacle = why;
    }

    private static Class<?> findOrDefine() throws ReflectiveOperationException {
        if (System.getProperty(IN_A_NATIVE_IMAGE) != null) {
            throw new ClassNotFoundException("no class can be defined in a native image");
        }
        try {
            return find();
        } catch (ClassNotFoundException e) {
            return define();
        }
    }

    private static Class<?> find() throws ClassNotFoundException {
        return Class.forName(PromptSocketClass.NAME, true, ClientCnxnSocketNIO.class.getClassLoader());
    }

    private static Class<?> define() throws ReflectiveOperationException {
        try {
            return MethodHandles.privateLookupIn(ClientCnxnSocketNIO.class, MethodHandles.lookup())
                    .defineClass(PromptSocketClass.bytes());
        } catch (LinkageError e) {
            return find(); // Somebody else may have defined it at the same time.
        }
    }

    /** Why the client's own socket is used; null when it is not. */
    @Nullable
    String obstacle() {
        return obstacle;
    }

    /**
     * Names it to the client, unless a socket is named already, or TLS asks for another.
     *
     * @param config the user's, which stays as it is
     * @return what the client is to be made with
     */
    ZKClientConfig namedTo(ZKClientConfig config) {
        String ours = name;
        if (ours == null
                || config.getProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET) != null
                || config.getBoolean(ZKClientConfig.SECURE_CLIENT)) {
            return config;
        }
        return new PromptConfig(config, ours);
    }
}
