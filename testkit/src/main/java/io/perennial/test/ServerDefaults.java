package io.perennial.test;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** System properties that every server of the kit has unless the test's JVM sets others: small, quick, outspoken. */
final class ServerDefaults {
    private static final Map<String, String> PROPERTIES = new TreeMap<>(Map.of(
            "zookeeper.admin.enableServer", "false",
            "zookeeper.4lw.commands.whitelist", "*",
            "zookeeper.forceSync", "no",
            "zookeeper.preAllocSize", "1024",
            "zookeeper.jmx.log4j.disable", "true"));

    private ServerDefaults() {}

    /** For servers in this JVM; what is set already stays. */
    static void setWhereAbsent(Properties system) {
        PROPERTIES.forEach(system::putIfAbsent);
    }

    /** For a server in a JVM of its own. */
    static List<String> jvmOptions() {
        return PROPERTIES.entrySet().stream()
                .map(property -> "-D" + property.getKey() + "=" + property.getValue())
                .toList();
    }
}
