package io.perennial.internal.request;

import org.apache.zookeeper.AsyncCallback.VoidCallback;

/** A client that can arm many one-shot watches by one request. */
public interface RearmingClient {
    /** {@return whether it can, with the ZooKeeper library that is there} */
    boolean canRearm();

    /**
     * Arms them.
     *
     * @param batch the watches; paths as the client's callers give them
     * @param callback gets the result code
     */
    void rearm(WatchBatch batch, VoidCallback callback);
}
