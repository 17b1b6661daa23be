package io.perennial.internal.handle;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.Version;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * The ZooKeeper client and the Curator that the application has, perhaps pinned by somebody's BOM. One that is too old
 * is refused before it is used: otherwise some later call would fail, for lack of a method.
 */
public final class ClientLibraries {
    /** Tested down to these: the POM's {@code oldest-zookeeper.version} and {@code oldest-curator.version}. */
    private static final String OLDEST_ZOOKEEPER = "3.6.4";

    private static final String OLDEST_CURATOR = "5.2.0";
    private static final Pattern VERSION = Pattern.compile("^(\\d+)\\.(\\d+)\\.(\\d+)");

    private ClientLibraries() {}

    /**
     * Refuses what is too old.
     *
     * @throws IllegalStateException naming what was found and what is needed
     */
    public static void refuseTooOld() {
        if (isOlder(Version.getVersion(), OLDEST_ZOOKEEPER)) {
            throw tooOld("ZooKeeper's client", OLDEST_ZOOKEEPER, Version.getVersion());
        }
        if (!isCuratorRecent()) {
            String found = CuratorFramework.class.getPackage().getImplementationVersion();
            throw tooOld("Curator", OLDEST_CURATOR, found == null ? "an older one" : found);
        }
    }

    /** By what Curator 5.2 has and 5.1 has not: a jar made of several has no manifest that could be asked. */
    private static boolean isCuratorRecent() {
        try {
            CuratorFrameworkFactory.builder().zkClientConfig(new ZKClientConfig());
            return true;
        } catch (NoSuchMethodError e) {
            return false;
        }
    }

    /** A version of somebody's own making counts as recent. */
    static boolean isOlder(String found, String oldest) {
        int[] numbers = numbers(found);
        return numbers != null && Arrays.compare(numbers, numbers(oldest)) < 0;
    }

    private static int @Nullable [] numbers(String version) {
        Matcher found = VERSION.matcher(version);
        IntStream numbers = IntStream.rangeClosed(1, 3).map(i -> Integer.parseInt(found.group(i)));
        return found.find() ? numbers.toArray() : null;
    }

    private static IllegalStateException tooOld(String library, String oldest, String found) {
        return new IllegalStateException("Perennial needs " + library + " " + oldest + " or later, and " + found
                + " is on the class path: raise its version, best by importing perennial-bom");
    }
}
