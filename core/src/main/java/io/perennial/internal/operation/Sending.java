package io.perennial.internal.operation;

import io.perennial.internal.protocol.ErrorKind;
import io.perennial.operation.BackgroundCall.InBackground;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * One request, in one form or both: sent by a thread that waits for its answer, or handed over to Curator's background.
 *
 * @param <R> what it is answered
 */
interface Sending<R extends @Nullable Object> {
    /** Sends it and waits for the answer. */
    R send(CuratorFramework curator) throws Exception;

    /** How it can be sent. */
    default Way way() {
        return Way.THREAD;
    }

    /** Asked by the handle before it takes what was handed over: by then it may be too late. */
    default boolean maySend() {
        return true;
    }

    /** Hands it over. */
    default void handOver(CuratorFramework curator, InBackground in) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Whether a code is a result, and not a failure. */
    default boolean isResult(Code code) {
        return code == Code.OK;
    }

    /** The answer to what was handed over. */
    default R read(CuratorEvent event) {
        throw new UnsupportedOperationException();
    }

    /** What the server, or the client, answers in place of that. */
    default KeeperException failure(CuratorEvent event) {
        return KeeperException.create(ErrorKind.codeOf(event.getResultCode()), event.getPath());
    }
}
