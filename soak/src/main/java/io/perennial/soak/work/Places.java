package io.perennial.soak.work;

/** Where in the servers' tree what is done, so that judges know what is lawful there. */
public final class Places {
    /** Above everything. */
    public static final String ROOT = "/soak";

    /** Registered nodes, of one session each but for {@link #SHARED}; nobody else's to touch. */
    public static final String NODES = ROOT + "/nodes";

    /** Registered nodes that several sessions want at once. */
    public static final String SHARED = ROOT + "/shared";

    /** Nodes that every session may create, change and delete, whoever owns them. */
    public static final String FREE = ROOT + "/free";

    /** Nodes of structured writes; each session has a directory of its own. */
    public static final String WRITES = ROOT + "/writes";

    /** A transaction that writes here deletes another session's node on purpose. */
    public static final String RIVALS = ROOT + "/rivals";

    /** Parent of witnesses. */
    public static final String WITNESSES = ROOT + "/witnesses";

    /** Persistent nodes whose data everybody changes. */
    public static final String DATA = ROOT + "/data";

    /** Trees that everybody changes. */
    public static final String TREES = ROOT + "/trees";

    /** Recipes' nodes. */
    public static final String RECIPES = ROOT + "/recipes";

    private Places() {}
}
