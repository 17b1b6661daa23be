package io.perennial.benchmarks;

/**
 * Prints the JVM and the machine, without which no measurement means anything. Every benchmark calls it first; as a
 * program it prints them alone.
 */
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
