package io.perennial;

/** Hears every transition of a session's state. */
@FunctionalInterface
public interface SessionListener {
    /**
     * Called once for each transition, in order, none left out, on the session's callback executor. The listener may
     * block and may call ZooKeeper or the session: recovery does not wait for it, other callbacks of this session do.
     * What it throws is logged and counted, and changes nothing else.
     *
     * @param transition what happened
     */
    void onTransition(SessionTransition transition);
}
