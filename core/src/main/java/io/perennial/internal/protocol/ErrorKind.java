package io.perennial.internal.protocol;

import org.apache.zookeeper.KeeperException.Code;

/**
 * What a code says about its request's fate. The only such table: code that decides by a {@link Code} asks here.
 *
 * <p>The source is ZooKeeper's: {@code FinalRequestProcessor} answers a request by {@link #ANSWER}; the others come
 * from the client ({@code ClientCnxn.conLossPacket}, {@code ClientCnxn.submitRequest}) or from a server that did not
 * execute the request.
 */
public enum ErrorKind {
    /** OK, or a server's answer to the request itself: asking again would give the same. */
    ANSWER,
    /** A server's "not executed, please retry": throttled (ZOOKEEPER-3683), or read only. Nothing was applied. */
    NOT_NOW,
    /** The connection was lost before the answer came: it may have been applied, if it was sent at all. */
    CONNECTION,
    /** The session is gone, or has moved to another server. */
    SESSION,
    /**
     * The server refuses the client's credentials, or demands some: said about the connection, to everything under way.
     */
    AUTH,
    /** The client gave up waiting: it may have been applied, or may be yet. */
    LOCAL_TIMEOUT;

    /** THROTTLEDOP, which clients before 3.7 do not know. */
    public static final int THROTTLED = -127;

    /**
     * The kind of a code.
     *
     * @param code the code
     * @return its kind
     */
    public static ErrorKind of(Code code) {
        return switch (code) {
            case THROTTLEDOP, NOTREADONLY -> NOT_NOW;
            case CONNECTIONLOSS -> CONNECTION;
            case SESSIONEXPIRED, SESSIONMOVED -> SESSION;
            case AUTHFAILED, SESSIONCLOSEDREQUIRESASLAUTH -> AUTH;
            case OPERATIONTIMEOUT, REQUESTTIMEOUT -> LOCAL_TIMEOUT;
            default -> ANSWER;
        };
    }

    /**
     * Whether a request that met with this was certainly not applied, and will not be.
     *
     * @param code the code
     * @return true for what a server did not execute, and for what it refused because its session had moved
     */
    public static boolean isSurelyNotApplied(Code code) {
        return code == Code.SESSIONMOVED || of(code) == NOT_NOW;
    }

    /**
     * The kind of a callback's result code.
     *
     * @param rc the result code
     * @return its kind
     */
    public static ErrorKind of(int rc) {
        return rc == THROTTLED ? NOT_NOW : of(codeOf(rc));
    }

    /**
     * The code of a callback's result code.
     *
     * @param rc the result code
     * @return the code; SYSTEMERROR for one that this client does not know: a newer server's, or a proxy's
     */
    public static Code codeOf(int rc) {
        try {
            return Code.get(rc);
        } catch (IllegalArgumentException e) {
            return Code.SYSTEMERROR; // ZooKeeper's client throws for what it does not know.
        }
    }

    /**
     * Whether the request is over without an answer, so that its fate is unknown.
     *
     * @return true for all but {@link #ANSWER} and {@link #NOT_NOW}
     */
    public boolean isTrouble() {
        return this != ANSWER && this != NOT_NOW;
    }
}
