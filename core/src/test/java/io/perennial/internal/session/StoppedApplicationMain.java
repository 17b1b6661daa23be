package io.perennial.internal.session;

import io.perennial.test.NoLeaks;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * An application that is stopped without what keeps its client whole: in a JVM of its own, since nothing ends such a
 * client any more. Arguments: the connect string and the kind of client. Says which classes were missing.
 */
final class StoppedApplicationMain {
    /** More than a session may outlive its owner. */
    private static final long OBSERVED_MILLIS = 8_000;

    private StoppedApplicationMain() {}

    @SuppressWarnings("unchecked")
    public static void main(String[] args) throws Exception {
        HostedLoader loader = HostedLoader.withoutPreloading();
        var program = (BiConsumer<Map<String, String>, Consumer<String>>)
                loader.loadClass("io.perennial.internal.session.HostedProgram")
                        .getConstructor()
                        .newInstance();
        Thread.currentThread().setContextClassLoader(loader);
        program.accept(Map.of("connectString", args[0], args[1], ""), state -> {});
        System.out.println("connected");
        loader.stop();
        System.out.println("stopped");
        while (loader.refused().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        System.out.println("missing " + loader.refused());
        TimeUnit.MILLISECONDS.sleep(OBSERVED_MILLIS);
        System.out.println("threads " + NoLeaks.clientThreads().size());
        TimeUnit.DAYS.sleep(1);
    }
}
