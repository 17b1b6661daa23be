package io.perennial.soak.fault;

import java.util.Locale;

/** The kinds of faults: where each happens, and how often it is drawn relative to the others. */
public enum Verb {
    /** Connections end; new ones are accepted. */
    CUT(Place.NETWORK, 6),
    /** New connections are refused; existing ones stay. */
    REFUSE(Place.NETWORK, 3),
    /** New connections are refused and existing ones end. */
    DISCONNECT(Place.NETWORK, 7),
    /** New connections are accepted and end at once; existing ones are cut, so that there are some. */
    SLAM_SHUT(Place.NETWORK, 4),
    /** No packet passes. */
    FREEZE(Place.NETWORK, 5),
    /** Requests pass, answers do not. */
    FREEZE_RESPONSES(Place.NETWORK, 4),
    /** New connections stay silent; existing ones are cut, so that there are some. */
    BLACKHOLE(Place.NETWORK, 4),
    /** Every answer is delayed; the detail is the delay in milliseconds. */
    DELAY(Place.NETWORK, 3),
    /** The answer to a request is lost with its connection; the detail is the request's op code. */
    LOSE_ACKNOWLEDGEMENT(Place.NETWORK, 6),
    /** A request is lost with its connection; the detail is its op code. */
    LOSE_REQUEST(Place.NETWORK, 5),
    /** Each resumption becomes a new session. */
    FORGET_SESSIONS(Place.NETWORK, 2),
    /** Each server has another address, and its name leads there. */
    CHANGE_ADDRESSES(Place.NETWORK, 2),
    /** The servers' names cannot be resolved. */
    FORGET_NAMES(Place.NETWORK, 2),
    /** A server stops and starts. */
    RESTART(Place.SERVERS, 3),
    /** A server is away for a time. */
    STOP(Place.SERVERS, 3),
    /** A server crashes and is away for a time. */
    KILL(Place.SERVERS, 3),
    /** The leader crashes and is away for a time. */
    KILL_LEADER(Place.SERVERS, 3),
    /** SIGSTOP to a server. */
    PAUSE(Place.SERVERS, 3),
    /** SIGSTOP to the leader: the others elect another one, and it goes on believing. */
    PAUSE_LEADER(Place.SERVERS, 3),
    /** One server after the other stops and starts. */
    ROLLING_RESTART(Place.SERVERS, 1),
    /** The same; the detail is the servers' maximum session timeout afterwards, in milliseconds. */
    CHANGE_LIMIT(Place.SERVERS, 2),
    /** A session ends at the servers. */
    EXPIRE_AT_SERVER(Place.SESSION, 5),
    /** A session's client takes it for expired while the servers keep it. */
    EXPIRE_AT_CLIENT(Place.SESSION, 4),
    /** SIGSTOP to a client JVM. */
    STALL(Place.CLIENT, 4),
    /** The servers lose all data. */
    WIPE(Place.DATA, 1),
    /** The servers' data are those of some seconds before. */
    RESTORE_BACKUP(Place.DATA, 1);

    /** Where a fault happens, and so what its target is. */
    public enum Place {
        /** A server's index, or {@link Fault#ALL}. */
        NETWORK,
        /** A server's index, or {@link Fault#ALL}. */
        SERVERS,
        /** A session's number in the run. */
        SESSION,
        /** A client JVM's index. */
        CLIENT,
        /** All servers: these have a round of their own. */
        DATA
    }

    private final Place place;
    private final int weight;

    Verb(Place place, int weight) {
        this.place = place;
        this.weight = weight;
    }

    /** Where it happens. */
    public Place place() {
        return place;
    }

    /** Its name for people. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    int weight() {
        return weight;
    }
}
