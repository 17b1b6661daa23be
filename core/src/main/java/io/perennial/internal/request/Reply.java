package io.perennial.internal.request;

import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.protocol.Quarantine;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A server's answer to one request; what does not belong to the kind of request, or to a refusal, is null or empty.
 *
 * @param code OK or the error
 * @param path the path of the request, or of the node that a create made
 * @param stat the node's stat
 * @param data the node's data
 * @param names children's names, or ephemeral paths
 * @param results a transaction's results, one for each operation
 * @param refusal why the request was not sent, with the code that it gets when it is sent; or null
 * @param late whether it was sent later than requests that were made after it
 */
@SuppressWarnings("ArrayRecordComponent") // an internal carrier, never compared
public record Reply(
        Code code,
        @Nullable String path,
        @Nullable Stat stat,
        byte @Nullable [] data,
        List<String> names,
        List<OpResult> results,
        Quarantine.@Nullable Refusal refusal,
        boolean late) {

    public static Reply of(int rc, @Nullable String path) {
        return of(rc, path, null, null);
    }

    public static Reply of(int rc, @Nullable String path, @Nullable Stat stat, byte @Nullable [] data) {
        return new Reply(ErrorKind.codeOf(rc), path, stat, data, List.of(), List.of(), null, false);
    }

    public static Reply ofNames(int rc, @Nullable String path, @Nullable Stat stat, @Nullable List<String> names) {
        return new Reply(
                ErrorKind.codeOf(rc), path, stat, null, names == null ? List.of() : names, List.of(), null, false);
    }

    public static Reply ofResults(int rc, @Nullable List<OpResult> results) {
        return new Reply(
                ErrorKind.codeOf(rc), null, null, null, List.of(), results == null ? List.of() : results, null, false);
    }

    /** The request was not sent. */
    static Reply refused(Code code, @Nullable String path, Quarantine.Refusal refusal) {
        return new Reply(code, path, null, null, List.of(), List.of(), refusal, false);
    }

    Reply sentLate() {
        return new Reply(code, path, stat, data, names, results, refusal, true);
    }

    /**
     * Whether the request succeeded.
     *
     * @return true when the code is OK
     */
    public boolean ok() {
        return code == Code.OK;
    }

    /**
     * Whether the connection or the session was lost, so that nothing is known about the request's fate.
     *
     * @return true for what {@link ErrorKind#isTrouble()} names, if it was sent
     */
    public boolean connectionTrouble() {
        return refusal == null && ErrorKind.of(code).isTrouble();
    }

    /**
     * The error as ZooKeeper's own exception.
     *
     * @return the exception; only for a reply that is not OK
     */
    public KeeperException exception() {
        return path == null ? KeeperException.create(code) : KeeperException.create(code, path);
    }
}
