package io.perennial.operation;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.BackgroundCallback;

/** One operation that is handed to Curator's background, see {@link Operations#callInBackground}. */
@FunctionalInterface
public interface BackgroundCall {
    /**
     * Hands the operation over and returns at once: {@code curator.getData().inBackground(in.callback(),
     * in.context()).forPath("/a")}.
     *
     * @param curator the session's framework
     * @param in the callback and the context that the operation must be given, both
     * @throws Exception as Curator throws it; nothing has been sent then
     */
    void run(CuratorFramework curator, InBackground in) throws Exception;

    /** What ties an operation in Curator's background to its call; good for one attempt. */
    interface InBackground {
        /**
         * Receives the answer.
         *
         * @return the callback to pass to the operation
         */
        BackgroundCallback callback();

        /**
         * Identifies the operation to the session's handle: which server session it is bound to, and that Curator must
         * not repeat it.
         *
         * @return the context to pass to the operation
         */
        Object context();
    }
}
