package io.perennial.spring.boot.aot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** For ZooKeeper's client, for Curator and for perennial-core. */
final class ClientRuntimeHints implements RuntimeHintsRegistrar {
    /** {@code ZooKeeper.getClientCnxnSocket} makes one of them, by the name in the client's configuration. */
    private static final List<String> SOCKETS =
            List.of("org.apache.zookeeper.ClientCnxnSocketNIO", "org.apache.zookeeper.ClientCnxnSocketNetty");

    /**
     * Curator's {@code Compatibility} looks what this ZooKeeper can do; without the first one it believes that there
     * are no persistent watches, without the others it does not follow a reconfiguration.
     */
    private static final List<String> ABILITIES = List.of(
            "org.apache.zookeeper.AddWatchMode",
            "org.apache.zookeeper.server.quorum.MultipleAddresses",
            "org.apache.zookeeper.server.quorum.QuorumPeer$QuorumServer");

    /** The JDK's management looks at a bean's interface. */
    private static final List<String> MANAGED =
            List.of("io.perennial.jmx.SessionMXBean", "io.perennial.internal.jmx.SessionBean");

    /** Their constructors need no hint, but whether they are there is asked by name. */
    private static final List<String> EVENTS = List.of(
            "jdk.jfr.Event",
            "io.perennial.internal.telemetry.LeaseLapsedEvent",
            "io.perennial.internal.telemetry.LossEvent",
            "io.perennial.internal.telemetry.OrphanEndedEvent",
            "io.perennial.internal.telemetry.RestorationEvent",
            "io.perennial.internal.telemetry.SlowCallbackEvent",
            "io.perennial.internal.telemetry.TransitionEvent");

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
        var reflection = hints.reflection();
        SOCKETS.forEach(name -> reflection.registerTypeIfPresent(
                loader, name, type -> type.withMembers(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)));
        ABILITIES.forEach(name -> reflection.registerTypeIfPresent(
                loader,
                name,
                type -> type.withMembers(MemberCategory.INVOKE_PUBLIC_METHODS, MemberCategory.ACCESS_PUBLIC_FIELDS)));
        MANAGED.forEach(name -> reflection.registerTypeIfPresent(
                loader, name, type -> type.withMembers(MemberCategory.INVOKE_PUBLIC_METHODS)));
        EVENTS.forEach(name -> reflection.registerTypeIfPresent(
                loader, name, type -> type.withMembers(MemberCategory.ACCESS_DECLARED_FIELDS)));
        hints.resources().registerPattern("io/perennial/internal/owner/preload*.txt");
    }
}
