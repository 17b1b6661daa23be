package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.perennial.internal.owner.ClassPreloader;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.Opened;
import io.perennial.testing.SessionRig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Records which classes a session's life takes, and compares that with the lists that {@link ClassPreloader} goes by.
 * With {@code -Dperennial.preload.write} it writes the lists anew: what was recorded, all classes of this module, and
 * what the recorded classes of the libraries name, for no run reaches every path of theirs.
 */
@ExtendWith(NoLeaks.class)
@Tag("S-50")
@TestMethodOrder(OrderAnnotation.class)
class PreloadListIT {
    private static final boolean WRITES = System.getProperty("perennial.preload.write") != null;
    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path LISTS = Path.of("src", "main", "resources", "io", "perennial", "internal", "owner");
    /** Without Curator's copy of Guava, of which Curator takes little, and that little is recorded. */
    private static final List<String> OF_CORE = List.of(
            "io.perennial.",
            "org.apache.zookeeper.",
            "org.apache.jute.",
            "org.apache.curator.framework.",
            "org.apache.curator.utils.",
            "org.apache.curator.connection.",
            "org.slf4j.",
            "io.github.resilience4j.");

    private final Opened opened = new Opened();

    /** Lists of their own: a failed look-up is expensive, so those of a backend that is not there are not tried. */
    enum Backend {
        LOGBACK("preload-logback.txt", List.of("ch.qos.logback.")),
        LOG4J2("preload-log4j2.txt", List.of("org.apache.logging."), "log4j-api", "log4j-core", "log4j-slf4j2-impl"),
        JUL("preload-jul.txt", List.of("org.slf4j.jul."), "slf4j-jdk14");

        private final String list;
        private final List<String> packages;
        private final String[] jars;

        Backend(String list, List<String> packages, String... jars) {
            this.list = list;
            this.packages = packages;
            this.jars = jars;
        }

        HostedLoader loader() {
            return jars.length == 0 ? HostedLoader.withoutPreloading() : HostedLoader.withoutPreloading(jars);
        }
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }

    @Test
    @DisplayName("the list has every class of this module: write it anew with -Dperennial.preload.write")
    void listsEveryClassOfThisModule() throws IOException {
        assumeThat(WRITES).isFalse();
        assertThat(ClassPreloader.names("preload.txt")).doesNotHaveDuplicates().containsAll(ownClasses());
    }

    @Test
    @Order(1) // what is written here the others look at
    @DisplayName("the list has every class that a session's life takes: write it anew with -Dperennial.preload.write")
    void listsWhatASessionTakes() throws Exception {
        HostedLoader loader = opened.add(HostedLoader.withoutPreloading());
        SessionRig rig = opened.add(new SessionRig());
        IndependentClient client = rig.observer();
        client.create("/tree", new byte[0]);

        run(loader, rig.proxy().connectString(), fault -> cause(fault, rig.server(), rig.proxy(), client));

        Set<String> recorded = loader.requested();
        recorded.removeIf(name -> isProgram(name) || isBackend(name) || isRecorders(name) || !exists(name, loader));
        if (WRITES) {
            Set<String> names = new TreeSet<>(recorded);
            names.addAll(ownClasses());
            names.addAll(namedBy(names, OF_CORE, loader));
            names.removeIf(name -> isProgram(name) || isBackend(name));
            write("preload.txt", names, loader);
        }
        assertThat(recorded)
                .contains("java.util.concurrent.ThreadLocalRandom", "org.apache.zookeeper.proto.SetWatches2");
        assertThat(listed("preload.txt")).containsAll(recorded);
    }

    @ParameterizedTest
    @EnumSource
    void listsWhatTheLoggingOfExceptionsTakes(Backend backend) throws Exception {
        HostedLoader loader = opened.add(backend.loader());

        runQuietly(loader);

        Set<String> recorded = loader.requested();
        recorded.removeIf(name -> isProgram(name) || !exists(name, loader));
        if (WRITES) {
            Set<String> names = new TreeSet<>(recorded);
            names.addAll(namedBy(names, backend.packages, loader));
            names.removeAll(listed("preload.txt"));
            names.removeIf(PreloadListIT::isProgram);
            write(backend.list, names, loader);
        }
        Set<String> listed = listed("preload.txt");
        listed.addAll(listed(backend.list));
        assertThat(recorded).anyMatch(name -> backend.packages.stream().anyMatch(name::startsWith));
        assertThat(listed).containsAll(recorded);
    }

    /** In a thread of its own, whose context class loader is the hosted one, as a container's would be. */
    @SuppressWarnings("unchecked")
    private static void run(HostedLoader loader, String connectString, Consumer<String> faults) throws Exception {
        var scenario = (BiConsumer<String, Consumer<String>>) loader.loadClass(PreloadScenario.class.getName())
                .getConstructor()
                .newInstance();
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(() -> scenario.accept(connectString, faults), "test-scenario");
        thread.setContextClassLoader(loader);
        thread.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
        thread.start();
        thread.join();
        assertThat(failure[0]).isNull();
    }

    /** Backends without a configuration write to the console. */
    private static void runQuietly(HostedLoader loader) throws Exception {
        PrintStream out = System.out;
        PrintStream err = System.err;
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        System.setOut(nowhere);
        System.setErr(nowhere);
        try {
            run(loader, "", fault -> {});
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static void cause(String fault, EmbeddedServer server, FaultProxy proxy, IndependentClient client) {
        String last = fault.substring(fault.lastIndexOf(' ') + 1);
        if (fault.startsWith("create ")) {
            client.create(last, new byte[0]);
        } else if (fault.startsWith("expire in an outage ")) {
            proxy.disconnect();
            server.expireSession(Long.parseLong(last));
            proxy.accept();
        } else if (fault.startsWith("expire ")) {
            server.expireSession(Long.parseLong(last));
        } else {
            switch (fault) {
                case "cut" -> proxy.cut();
                case "outage" -> {
                    proxy.refuse();
                    server.stop();
                }
                case "outage over" -> {
                    server.restart();
                    proxy.accept();
                }
                case "freeze" -> proxy.freeze();
                case "thaw" -> proxy.thaw();
                default -> throw new IllegalArgumentException(fault);
            }
        }
    }

    private static boolean isProgram(String name) {
        return name.startsWith(PreloadScenario.class.getName());
    }

    /** Differ from JDK to JDK, and with whether a recording has run in this JVM: the events see to them themselves. */
    private static boolean isRecorders(String name) {
        return name.startsWith("jdk.jfr.internal.");
    }

    private static boolean isBackend(String name) {
        return Stream.of(Backend.values()).flatMap(b -> b.packages.stream()).anyMatch(name::startsWith);
    }

    private static Set<String> ownClasses() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            Set<String> names = new TreeSet<>();
            files.map(file -> CLASSES.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("package-info.class"))
                    .forEach(file -> names.add(
                            file.substring(0, file.length() - ".class".length()).replace('/', '.')));
            return names;
        }
    }

    /** What those of the names name whose package begins so. */
    private static Set<String> namedBy(Set<String> names, List<String> packages, HostedLoader loader)
            throws IOException {
        Set<String> named = new TreeSet<>();
        for (String name : names) {
            if (packages.stream().anyMatch(name::startsWith)) {
                try (InputStream file = loader.getResourceAsStream(name.replace('.', '/') + ".class")) {
                    if (file != null) {
                        named.addAll(ConstantPool.classNames(file));
                    }
                }
            }
        }
        return named;
    }

    private static Set<String> listed(String list) throws IOException {
        return WRITES
                ? new TreeSet<>(Files.readAllLines(LISTS.resolve(list)))
                : new TreeSet<>(ClassPreloader.names(list));
    }

    private static void write(String list, Set<String> names, ClassLoader loader) throws IOException {
        names.removeIf(name -> !exists(name, loader));
        Files.createDirectories(LISTS);
        List<String> header = List.of(
                "# What io.perennial.internal.owner.ClassPreloader loads at the start of the first session. Written by"
                        + " PreloadListIT:",
                "# mvn verify -pl core -DskipUnitTests -Dit.test=PreloadListIT -Dperennial.preload.write=true");
        Files.write(
                LISTS.resolve(list),
                Stream.concat(header.stream(), names.stream()).toList());
    }

    private static boolean exists(String name, ClassLoader loader) {
        try {
            Class.forName(name, false, loader);
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
