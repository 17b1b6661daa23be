package io.perennial.ephemeral;

import io.perennial.internal.engine.Arguments;
import java.util.List;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * The specification of an ephemeral node. Immutable; each method returns a changed copy.
 *
 * <pre>{@code EphemeralSpec.at("/workers/w-").data(address).sequential(true)}</pre>
 */
public final class EphemeralSpec {
    /**
     * What to do when a node that this session does not own is at the path. No policy touches another live session's
     * node.
     */
    public enum OnConflict {
        /** Wait until it is gone, then create the node. */
        WAIT,
        /** Give up: status {@code CONFLICT}, the future fails; tried again in the next server session. */
        FAIL,
        /**
         * Delete a node that no session owns (a persistent one, without children) and create the registered one in one
         * transaction; for another live session's node like {@link #WAIT}. That no session owns the node is a condition
         * of the transaction: to check it, the transaction makes a child and removes it again. A client that watches
         * the path may see that. Where the node's ACL does not permit it (CREATE and DELETE), this is like {@link
         * #WAIT} too, and {@link EphemeralNode#problem()} says so.
         */
        REPLACE
    }

    private static final byte[] EMPTY = new byte[0];

    private final String path;
    private final byte[] data;
    private final @Nullable List<ACL> acl;
    private final boolean sequential;
    private final boolean containerParents;
    private final OnConflict onConflict;

    private EphemeralSpec(
            String path,
            byte[] data,
            @Nullable List<ACL> acl,
            boolean sequential,
            boolean containerParents,
            OnConflict onConflict) {
        this.path = path;
        this.data = data;
        this.acl = acl;
        this.sequential = sequential;
        this.containerParents = containerParents;
        this.onConflict = onConflict;
    }

    /**
     * A plain node without data, the session's default ACL, persistent parents, waiting on conflict.
     *
     * @param path absolute path below the session's namespace; for a sequential node the prefix, to which the server
     *     appends ten digits
     * @return the spec; the path is checked when it is registered
     */
    public static EphemeralSpec at(String path) {
        return new EphemeralSpec(
                Arguments.notNull("path", path, "give an absolute path such as /workers/a"),
                EMPTY,
                null,
                false,
                false,
                OnConflict.WAIT);
    }

    /**
     * With these data.
     *
     * @param data copied
     * @return the changed spec
     */
    public EphemeralSpec data(byte[] data) {
        byte[] copy =
                Arguments.notNull("data", data, "give an empty array for none").clone();
        return new EphemeralSpec(path, copy, acl, sequential, containerParents, onConflict);
    }

    /**
     * With this ACL, for the node and for parents that have to be made.
     *
     * @param acl not empty
     * @return the changed spec
     */
    public EphemeralSpec acl(List<ACL> acl) {
        List<ACL> copy = List.copyOf(Arguments.notNull("acl", acl, "give a list, or leave the call out"));
        if (copy.isEmpty()) {
            throw new IllegalArgumentException(
                    "acl is empty: the server refuses a node without ACL; leave it out for the session's default");
        }
        return new EphemeralSpec(path, data, copy, sequential, containerParents, onConflict);
    }

    /**
     * Whether the server numbers the node. A sequential node gets a new number, and so a new path, in each server
     * session. Its creation is protected: its name contains an id, by which the node is found again when the
     * acknowledgement was lost, instead of being made twice.
     *
     * @param sequential whether it is
     * @return the changed spec
     */
    public EphemeralSpec sequential(boolean sequential) {
        return new EphemeralSpec(path, data, acl, sequential, containerParents, onConflict);
    }

    /**
     * Whether missing parents are made as containers, which the server removes some time after their last child, or as
     * persistent nodes.
     *
     * @param containerParents true for containers
     * @return the changed spec
     */
    public EphemeralSpec containerParents(boolean containerParents) {
        return new EphemeralSpec(path, data, acl, sequential, containerParents, onConflict);
    }

    /**
     * What to do when a node that this session does not own is at the path.
     *
     * @param onConflict the policy
     * @return the changed spec
     */
    public EphemeralSpec onConflict(OnConflict onConflict) {
        return new EphemeralSpec(
                path,
                data,
                acl,
                sequential,
                containerParents,
                Arguments.notNull("onConflict", onConflict, "give WAIT, FAIL or REPLACE"));
    }

    /**
     * The path asked for.
     *
     * @return the path
     */
    public String path() {
        return path;
    }

    /**
     * The data.
     *
     * @return a copy
     */
    public byte[] data() {
        return data.clone();
    }

    /**
     * How many bytes of data the node is to have.
     *
     * @return the number
     */
    public int dataLength() {
        return data.length;
    }

    /**
     * The ACL.
     *
     * @return the ACL, or null for the session's default
     */
    public @Nullable List<ACL> acl() {
        return acl;
    }

    /**
     * Whether the server numbers the node.
     *
     * @return whether it does
     */
    public boolean sequential() {
        return sequential;
    }

    /**
     * Whether missing parents are made as containers.
     *
     * @return whether they are
     */
    public boolean containerParents() {
        return containerParents;
    }

    /**
     * The policy for a node that this session does not own.
     *
     * @return the policy
     */
    public OnConflict onConflict() {
        return onConflict;
    }

    /** Without data and ACL: the data may be secret, and a password can be guessed from a digest in the ACL. */
    @Override
    public String toString() {
        return "EphemeralSpec[path=" + path + ", data=" + data.length + " bytes, acl="
                + (acl == null ? "default" : acl.size() + " entries")
                + ", sequential=" + sequential + ", containerParents=" + containerParents + ", onConflict=" + onConflict
                + "]";
    }
}
