package io.perennial;

/** Receives every transition of a session's state. */
@FunctionalInterface
public interface SessionListener {
    /**
     * Called once for each transition, in order, none left out, on the session's callback executor. The listener may
     * block and may call ZooKeeper or the session: recovery does not wait for it, but other callbacks of this session
     * do. If it throws, that is logged and counted, and has no other effect.
     *
     * @param transition what happened
     */
    void onTransition(SessionTransition transition);
}
