package io.perennial.benchmarks.results;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.Version;

/** The machine, the versions and the day, without which no measurement means anything. */
public final class Machine {
    private Machine() {}

    /** {@return a few lines} */
    public static List<String> describe() {
        return List.of(
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).format(ZonedDateTime.now(ZoneOffset.UTC))
                        + " UTC",
                String.format(
                        Locale.ROOT,
                        "%s, %d processors, %s %s, load %.1f at the start",
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()),
                "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name"),
                "ZooKeeper " + Version.getVersion() + ", Curator " + curatorVersion());
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch"); // not Linux
        }
    }

    /** Its manifest has it as a bundle's version only; the jar's name has it in any case. */
    private static String curatorVersion() {
        String jar = CuratorFramework.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return jar.replaceAll(".*curator-framework-(.*)\\.jar", "$1");
    }
}
