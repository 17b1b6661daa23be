package io.perennial.benchmarks.scale;

/** How a client comes back: its pauses, and whether it looks at a server before it connects. */
enum Reconnecting {
    /** ZooKeeper's client: {@code ClientCnxn.SendThread} and {@code StaticHostProvider}. */
    BARE("bare client"),
    /** This library's {@code connect.Attempts} and {@code ConnectionGate}, on top of the client's own pauses. */
    PACED("Perennial"),
    /** The same, without the client's pauses: looks first, and waits by what it sees. */
    AT_ONCE("Perennial, at once");

    /** {@code ClientCnxnSocketNIO.cleanup}. */
    private static final long CLEANUP = 100 * Nanos.MILLI;
    /** {@code ClientCnxn.SendThread.startConnect}, and the most that {@code StaticHostProvider.next} waits a round. */
    private static final long CLIENTS_PAUSE = Nanos.SECOND;

    private static final long FIRST_PAUSE = 50 * Nanos.MILLI;
    private static final long LONGEST_PAUSE = Nanos.SECOND;
    private static final long LONGEST_PATIENCE = 5 * Nanos.SECOND;
    private static final int ROUNDS_WITHOUT_LOOK = 2;

    private final String title;

    Reconnecting(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Before a lost connection, or a failed attempt, is told to anybody. */
    long cleanup() {
        return this == AT_ONCE ? 0 : CLEANUP;
    }

    /** Between the choice of a server and the attempt to connect to it. */
    long pauseOfClient(Simulation simulation) {
        return this == AT_ONCE ? 0 : simulation.random(CLIENTS_PAUSE);
    }

    boolean looks(int made, int servers) {
        return switch (this) {
            case BARE -> false;
            case PACED -> made >= ROUNDS_WITHOUT_LOOK * servers;
            case AT_ONCE -> true;
        };
    }

    /**
     * Before the next attempt or look.
     *
     * @param made how many there were since the loss
     * @param empty rounds in which no server was there, this one included
     * @param hungUp rounds in which one accepted and hung up, this one included; 0 if none has in this one
     */
    long pause(Simulation simulation, int made, int servers, int empty, int hungUp, long timeout) {
        // StaticHostProvider counts the server that was lost, too.
        boolean roundIsOver = this == BARE ? (made + 1) % servers == 0 : made > 0 && made % servers == 0;
        if (!roundIsOver) {
            return 0;
        }
        return switch (this) {
            case BARE -> CLIENTS_PAUSE;
            case PACED ->
                simulation.random(
                        hungUp > 0
                                ? doubled(hungUp, Math.min(LONGEST_PATIENCE, timeout / 4))
                                : doubled(empty, Math.min(LONGEST_PAUSE, timeout / 10)));
            case AT_ONCE ->
                hungUp > 0
                        ? simulation.random(doubled(hungUp, Math.min(LONGEST_PATIENCE, timeout / 4)))
                        : 40 * Nanos.MILLI + simulation.random(80 * Nanos.MILLI);
        };
    }

    /** How long a look may go without an answer; then the server's accept queue is taken to be full. */
    long patience(long connectTimeout) {
        return this == AT_ONCE ? 60 * Nanos.MILLI : connectTimeout;
    }

    /** After a look without an answer: a random part of 0.5, 1, 2 s. */
    long pauseOfCrowd(Simulation simulation, int before) {
        return this == AT_ONCE ? simulation.random((Nanos.SECOND / 2) << Math.min(before, 2)) : 0;
    }

    private static long doubled(int round, long longest) {
        return Math.min(longest, FIRST_PAUSE << Math.min(20, round - 1));
    }
}
