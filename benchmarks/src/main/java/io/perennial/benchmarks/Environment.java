package io.perennial.benchmarks;

/** Prints what every measurement must be read with: the JVM and the machine. */
public final class Environment {

    private Environment() {}

    /**
     * Prints one line.
     *
     * @param args ignored
     */
    public static void main(String[] args) {
        System.out.printf(
                "java=%s vm=%s os=%s processors=%d heap=%dMiB%n",
                Runtime.version(),
                System.getProperty("java.vm.name"),
                System.getProperty("os.name"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20);
    }
}
