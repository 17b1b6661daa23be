package io.perennial.test;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * Entry point of every JVM that the harness starts: runs the main class named by the first argument, and ends the JVM
 * when standard input closes, that is, when the test's JVM has died, for whatever reason.
 */
final class ChildMain {
    private ChildMain() {}

    public static void main(String[] args) throws Throwable {
        Thread watch = new Thread(ChildMain::endWithParent, "test-parent-watch");
        watch.setDaemon(true);
        watch.start();
        Method main = Class.forName(args[0]).getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        try {
            main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever written: only the end matters.
            }
        } catch (IOException e) {
            // The same as the end of the input.
        }
        Runtime.getRuntime().halt(1);
    }
}
