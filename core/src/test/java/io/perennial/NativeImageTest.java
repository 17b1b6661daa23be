package io.perennial;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.perennial.jmx.SessionMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.management.MBeanServer;
import jdk.jfr.Event;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.ClientCnxnSocketNIO;
import org.apache.zookeeper.ClientCnxnSocketNetty;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.server.quorum.MultipleAddresses;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds {@code META-INF/native-image} to what the class files look up by name: a native image contains nothing else. A
 * class that begins to do so fails here, until its line below says what it looks for.
 */
class NativeImageTest {
    private static final String CONFIG = "/META-INF/native-image/io.perennial/perennial-core/";
    private static final Path RESOURCES = Path.of("src", "main", "resources");

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.perennial");

    /** A class that uses reflection, the calls, and the types that the configuration must have for it. */
    private static final Map<String, Use> USES = Map.ofEntries(
            entry("jmx.SessionRegistration", new Use("registerMBean", "io.perennial.jmx.SessionMXBean")),
            entry("operation.BackgroundRun", new Use("newUpdater", "io.perennial.internal.operation.BackgroundRun")),
            entry("telemetry.FlightEvents", new Use("forName, getDeclaredFields", "jdk.jfr.Event")),
            entry("telemetry.FlightJournal", new Use("forName", "jdk.jfr.Event")),
            entry("handle.RelayingZooKeeper", new Use("forName", "org.apache.zookeeper.ClientCnxn$EventThread")),
            entry("handle.UserZookeeperFactory", new Use("getMethod", "org.apache.curator.utils.ZookeeperFactory")),
            entry(
                    "connect.PromptAttempts",
                    new Use("forName, getDeclaredField", "org.apache.zookeeper.ClientCnxn$SendThread")),
            // No image can define a class.
            entry("connect.PromptSocket", new Use("forName", null)),
            // Classes are loaded for the sake of a loader that may stop; that of an image does not.
            entry("owner.ClassPreloader", new Use("forName, getResourceAsStream", null)),
            // No image has web applications with loaders of their own: what is not found counts as none.
            entry("owner.ContextStopListener", new Use("forName, getMethod, newProxyInstance", null)),
            entry("owner.TomcatWebApplication", new Use("getDeclaredField, getMethod", null)));

    private record Use(String calls, String type) {}

    /** What finds something by its name. */
    private static boolean isReflective(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        String name = target.getName();
        if (owner.isEquivalentTo(Class.class)) {
            return name.equals("forName")
                    || name.startsWith("getResource")
                    || name.matches("get(Declared)?(Method|Field|Constructor|RecordComponent)s?");
        }
        return owner.isEquivalentTo(ClassLoader.class) && name.matches("loadClass|get(System)?Resource.*")
                || owner.isEquivalentTo(ServiceLoader.class) && name.startsWith("load")
                || owner.isEquivalentTo(Proxy.class) && name.equals("newProxyInstance")
                || owner.isEquivalentTo(MethodHandles.Lookup.class) && name.matches("(find|unreflect).*")
                || owner.isAssignableTo(MBeanServer.class) && name.equals("registerMBean")
                || Stream.of(
                                        AtomicReferenceFieldUpdater.class,
                                        AtomicIntegerFieldUpdater.class,
                                        AtomicLongFieldUpdater.class)
                                .anyMatch(owner::isEquivalentTo)
                        && name.equals("newUpdater");
    }

    @Test
    @DisplayName("Every class that looks something up by name is known here, with the calls")
    void knowsEveryReflectiveUse() {
        Map<String, Set<String>> found = new TreeMap<>();
        for (JavaClass type : CORE) {
            Set<JavaCodeUnitAccess<?>> all = new HashSet<>(type.getCodeUnitCallsFromSelf());
            all.addAll(type.getCodeUnitReferencesFromSelf());
            all.stream().filter(access -> isReflective(access.getTarget())).forEach(access -> found.computeIfAbsent(
                            nameOf(type), name -> new TreeSet<>())
                    .add(access.getName()));
        }

        assertThat(found.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, e -> String.join(", ", e.getValue()))))
                .isEqualTo(
                        USES.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().calls)));
    }

    private static String nameOf(JavaClass type) {
        String outermost = type.getName().replaceFirst("[$].*", "");
        return outermost.replace("io.perennial.internal.", "");
    }

    @Test
    void configuresWhatTheyLookUp() throws Exception {
        Set<String> configured = types().keySet();

        assertThat(configured)
                .containsAll(USES.values().stream()
                        .map(Use::type)
                        .filter(type -> type != null)
                        .toList())
                .containsAll(CORE.stream()
                        .filter(type -> type.isAssignableTo(Event.class))
                        .map(JavaClass::getName)
                        .toList())
                .containsAll(CORE.stream()
                        .filter(type -> type.getName().endsWith("MXBean"))
                        .flatMap(type -> Stream.concat(Stream.of(type), type.getAllSubclasses().stream()))
                        .map(JavaClass::getName)
                        .toList());
    }

    @Test
    void configuresWhatTheJvmReadsOfThem() throws Exception {
        Map<String, JsonNode> types = types();

        assertThat(CORE.stream().filter(type -> type.isAssignableTo(Event.class)))
                .isNotEmpty()
                .allMatch(type -> has(types, type.getName(), "allDeclaredFields"));
        assertThat(CORE.stream().filter(type -> type.isAssignableTo(SessionMXBean.class)))
                .hasSizeGreaterThan(1)
                .allMatch(type -> has(types, type.getName(), "allPublicMethods"));
    }

    @ParameterizedTest
    @ValueSource(classes = {ClientCnxnSocketNIO.class, ClientCnxnSocketNetty.class})
    @DisplayName("The client makes its socket by the name in its configuration")
    void configuresTheClientsSockets(Class<?> socket) throws Exception {
        JsonNode constructor = types().get(socket.getName()).at("/methods/0");

        assertThat(constructor.path("name").asText()).isEqualTo("<init>");
        assertThat(constructor.at("/parameterTypes/0").asText()).isEqualTo(ZKClientConfig.class.getName());
    }

    @Test
    @DisplayName("Curator finds out what ZooKeeper can do: without it no persistent watch, and no reconfiguration")
    void configuresWhatCuratorAsksFor() throws Exception {
        Map<String, JsonNode> types = types();

        assertThat(types).containsKey(AddWatchMode.class.getName());
        assertThat(MultipleAddresses.class.getMethod("getReachableOrOne")).isNotNull();
        assertThat(has(types, MultipleAddresses.class.getName(), "allPublicMethods"))
                .isTrue();
        assertThat(QuorumPeer.QuorumServer.class.getField("addr")).isNotNull();
        assertThat(has(types, QuorumPeer.QuorumServer.class.getName(), "allPublicFields"))
                .isTrue();
    }

    private static boolean has(Map<String, JsonNode> types, String type, String members) {
        return types.containsKey(type) && types.get(type).path(members).asBoolean();
    }

    @Test
    @DisplayName("What is configured exists: a name that is out of date would configure nothing, silently")
    void configuresOnlyWhatIsThere() throws Exception {
        for (Map.Entry<String, JsonNode> each : types().entrySet()) {
            Class<?> type = Class.forName(each.getKey(), false, getClass().getClassLoader());
            for (JsonNode field : each.getValue().path("fields")) {
                assertThat(type.getDeclaredField(field.path("name").asText())).isNotNull();
            }
            for (JsonNode method : each.getValue().path("methods")) {
                assertThat(method.path("name").asText()).isEqualTo("<init>");
                List<Class<?>> parameters = new ArrayList<>();
                for (JsonNode parameter : method.path("parameterTypes")) {
                    parameters.add(Class.forName(parameter.asText()));
                }
                assertThat(type.getDeclaredConstructor(parameters.toArray(Class<?>[]::new)))
                        .isNotNull();
            }
        }
    }

    @Test
    void includesEveryResource() throws Exception {
        String pattern =
                json("resource-config.json").at("/resources/includes/0/pattern").asText();
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> RESOURCES.relativize(file).toString().replace('\\', '/'))
                            .filter(name -> !name.startsWith("META-INF/")))
                    .isNotEmpty()
                    .allMatch(name -> name.matches(pattern));
        }
    }

    private static Map<String, JsonNode> types() throws IOException {
        return StreamSupport.stream(json("reflect-config.json").spliterator(), false)
                .collect(Collectors.toMap(type -> type.path("name").asText(), type -> type));
    }

    private static JsonNode json(String file) throws IOException {
        try (InputStream in = NativeImageTest.class.getResourceAsStream(CONFIG + file)) {
            return new ObjectMapper().readTree(in);
        }
    }
}
