package io.perennial.benchmarks.scale;

/** What things cost a server, and where the figure comes from. */
enum Constant {
    ACCEPT(20, "connection accepted: the accept thread", "session reconnected: busiest thread"),
    ACCEPT_COLD(60, "the same, on a server that has just started", "first sessions after the start, busiest thread"),
    CONNECT(120, "session attached or created: cores of the server asked", "session reconnected, session created"),
    CONNECT_COLD(330, "the same, on a server that has just started", "first sessions after the start"),
    REVALIDATE(20, "session attached through a follower: cores of the leader", "session reconnected"),
    FRONT(13, "any request: the narrowest thread of the server asked", "busiest thread of ping, sync, read"),
    READ(60, "read or ping: cores of the server asked", "ping, read, read that arms a watch"),
    SYNC(75, "sync: cores of the server asked", "sync"),
    SYNC_LEADER(36, "sync: cores of the leader", "sync"),
    SYNC_PREP(13, "sync: the leader's request thread", "sync: ProcessThread, LearnerHandler"),
    WRITE(87, "write of one node: cores of the server asked", "create, single"),
    PREP(15, "transaction: the leader's request thread", "create, single: ProcessThread, less one node"),
    PREP_NODE(4.5, "and for each node in it", "multi of 10 creates; create in a batch of 1,000"),
    PROPOSE(20, "transaction: cores of the leader, for each other server", "create, single: Sender, LearnerHandler"),
    APPLY(12, "transaction: the commit thread of every server", "create, single: CommitProcessor"),
    APPLY_NODE(3.3, "and for each node in it", "multi of 10 creates; create in a batch of 1,000"),
    WATCH_BULK(0.4, "watch in a setWatches", "watch in a setWatches of 1,000"),
    EVENT(3.5, "watch's event: the commit thread of its server", "watch's event delivered: CommitProcessor"),
    EVENT_CPU(15, "watch's event: cores of its server", "watch's event delivered"),
    TOUCH(0.1, "session named in an answer to the leader's ping", "assumed: a look-up in a map, under a lock");

    private final double micros;
    private final String what;
    private final String source;

    Constant(double micros, String what, String source) {
        this.micros = micros;
        this.what = what;
        this.source = source;
    }

    long nanos() {
        return Nanos.micros(micros);
    }

    double micros() {
        return micros;
    }

    String what() {
        return what;
    }

    String source() {
        return source;
    }
}
