package io.perennial.benchmarks.scale;

/**
 * The servers and their machines, with what the model assumes of them.
 *
 * @param name for tables
 * @param voters servers that vote
 * @param observers servers that do not
 * @param ensembles how many such ensembles share the clients
 * @param cores of each machine
 * @param backlog of each listening socket
 * @param acceptNanos what accepting costs the accept thread
 * @param slower by how much requests cost more than measured on a warm server
 * @param oneWay how long a packet takes
 * @param flush how long the transaction log's flush takes
 * @param bytesPerSecond of each server's link
 */
record Deployment(
        String name,
        int voters,
        int observers,
        int ensembles,
        int cores,
        int backlog,
        long acceptNanos,
        double slower,
        long oneWay,
        long flush,
        double bytesPerSecond) {
    /** Machines of a data centre: 8 cores like those measured, 0.5 ms there and back, a flush of 1 ms, 10 Gbit/s. */
    static Deployment of(int voters, int observers, int ensembles) {
        String name = voters
                + (voters == 1 ? " server" : " servers")
                + (observers > 0 ? " and " + observers + " observers" : "")
                + (ensembles > 1 ? ", " + ensembles + " times" : "");
        return new Deployment(
                name,
                voters,
                observers,
                ensembles,
                8,
                50,
                Constant.ACCEPT.nanos(),
                1,
                250 * Nanos.MICRO,
                Nanos.MILLI,
                1.25e9);
    }

    /** All with a longer accept queue. */
    Deployment withBacklog(int connections) {
        return new Deployment(
                name + ", backlog " + connections,
                voters,
                observers,
                ensembles,
                cores,
                connections,
                acceptNanos,
                slower,
                oneWay,
                flush,
                bytesPerSecond);
    }

    int servers() {
        return voters + observers;
    }
}
