package io.perennial.soak.work;

/** Which paths of the servers' tree are for what, so that judges know what is allowed there. */
public final class Places {
    /** Above everything. */
    public static final String ROOT = "/soak";

    /** Registered nodes, of one session each except {@link #SHARED}; no other may touch them. */
    public static final String NODES = ROOT + "/nodes";

    /** Registered nodes that several sessions want at once. */
    public static final String SHARED = ROOT + "/shared";

    /** Nodes that every session may create, change and delete, whoever owns them. */
    public static final String FREE = ROOT + "/free";

    /** Nodes of structured writes; each session has a separate directory. */
    public static final String WRITES = ROOT + "/writes";

    /** A transaction that writes here deletes another session's node on purpose. */
    public static final String RIVALS = ROOT + "/rivals";

    /** Parent of witnesses. */
    public static final String WITNESSES = ROOT + "/witnesses";

    /** Persistent nodes whose data all sessions change. */
    public static final String DATA = ROOT + "/data";

    /** Trees that everybody changes. */
    public static final String TREES = ROOT + "/trees";

    /** Recipes' nodes. */
    public static final String RECIPES = ROOT + "/recipes";

    private Places() {}
}
