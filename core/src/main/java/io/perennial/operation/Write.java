package io.perennial.operation;

import io.perennial.internal.engine.Arguments;
import java.util.List;
import org.apache.curator.utils.PathUtils;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * One write of a transaction, for {@link Operations#transaction}. Immutable. Paths are absolute, below the session's
 * namespace and chroot.
 */
public sealed interface Write {
    /** Any version of a node. */
    int ANY_VERSION = -1;

    /**
     * The node to write. For a sequential one, the path asked for.
     *
     * @return an absolute path
     */
    String path();

    /**
     * How many bytes of data it contains: most of what counts against the servers' limit for one request.
     *
     * @return the number; 0 for a deletion or a check
     */
    default int dataLength() {
        return 0;
    }

    /**
     * Makes a node; its parent must exist.
     *
     * <p>A sequential node gets a name by which it is found again when the acknowledgement is lost: {@code
     * _c_<random id>-<name><number>}, the form of Curator's protected nodes, which its recipes know how to sort.
     *
     * @param path an absolute path
     * @param data its data, copied
     * @param mode persistent, ephemeral or container, sequential or not; with a time to live it is refused
     * @return the write
     * @throws IllegalArgumentException for an invalid path, for null, or for a mode with a time to live
     */
    static Create create(String path, byte[] data, CreateMode mode) {
        return new Create(path, data, mode, null);
    }

    /**
     * Replaces a node's data.
     *
     * @param path an absolute path
     * @param data its new data, copied
     * @param version the version that it must have, or {@link #ANY_VERSION}
     * @return the write
     * @throws IllegalArgumentException for an invalid path, for null, or for a version below -1
     */
    static SetData setData(String path, byte[] data, int version) {
        return new SetData(path, data, version);
    }

    /**
     * Removes a node without children.
     *
     * @param path an absolute path
     * @param version the version that it must have, or {@link #ANY_VERSION}
     * @return the write
     * @throws IllegalArgumentException for a path that is none, or for a version below -1
     */
    static Delete delete(String path, int version) {
        return new Delete(path, version);
    }

    /**
     * Changes nothing; the transaction fails unless the node has that version.
     *
     * @param path an absolute path
     * @param version the version that it must have, or {@link #ANY_VERSION} if it only must exist
     * @return the check
     * @throws IllegalArgumentException for a path that is none, or for a version below -1
     */
    static Check check(String path, int version) {
        return new Check(path, version);
    }

    /**
     * See {@link Write#create}.
     *
     * @param path as above
     * @param data as above
     * @param mode as above
     * @param acl who may do what; null for Curator's {@code ACLProvider}
     */
    @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by identity
    record Create(
            String path,
            byte[] data,
            CreateMode mode,
            @Nullable List<ACL> acl) implements Write {
        /**
         * Checks and copies.
         *
         * @param path as above
         * @param data as above
         * @param mode as above
         * @param acl as above
         */
        public Create {
            validate(path);
            data = copy(data);
            if (mode == null || mode.isTTL()) {
                throw new IllegalArgumentException("mode of '" + path + "' is " + mode
                        + "; give one without a time to live, for example CreateMode.PERSISTENT");
            }
            acl = acl == null ? null : List.copyOf(acl);
        }

        /**
         * The same with an access control list.
         *
         * @param list who may do what
         * @return the write
         */
        public Create withAcl(List<ACL> list) {
            return new Create(path, data, mode, Arguments.notNull("acl", list, "give a list, or leave the call out"));
        }

        /**
         * Its data.
         *
         * @return a copy
         */
        @Override
        public byte[] data() {
            return data.clone();
        }

        @Override
        public int dataLength() {
            return data.length;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        /** Not the data: it may be a secret. */
        @Override
        public String toString() {
            return "create " + path + " (" + mode + ", " + data.length + " bytes)";
        }
    }

    /**
     * See {@link Write#setData}.
     *
     * @param path as above
     * @param data as above
     * @param version as above
     */
    @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by identity
    record SetData(String path, byte[] data, int version) implements Write {
        /**
         * Checks and copies.
         *
         * @param path as above
         * @param data as above
         * @param version as above
         */
        public SetData {
            validate(path);
            data = copy(data);
            validate(path, version);
        }

        /**
         * Its data.
         *
         * @return a copy
         */
        @Override
        public byte[] data() {
            return data.clone();
        }

        @Override
        public int dataLength() {
            return data.length;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        /** Not the data: it may be a secret. */
        @Override
        public String toString() {
            return "setData " + path + " (" + data.length + " bytes) at " + describe(version);
        }
    }

    /**
     * See {@link Write#delete}.
     *
     * @param path as above
     * @param version as above
     */
    record Delete(String path, int version) implements Write {
        /**
         * Checks.
         *
         * @param path as above
         * @param version as above
         */
        public Delete {
            validate(path);
            validate(path, version);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Delete that && path.equals(that.path) && version == that.version;
        }

        @Override
        public int hashCode() {
            return 31 * path.hashCode() + version;
        }

        @Override
        public String toString() {
            return "delete " + path + " at " + describe(version);
        }
    }

    /**
     * See {@link Write#check}.
     *
     * @param path as above
     * @param version as above
     */
    record Check(String path, int version) implements Write {
        /**
         * Checks.
         *
         * @param path as above
         * @param version as above
         */
        public Check {
            validate(path);
            validate(path, version);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Check that && path.equals(that.path) && version == that.version;
        }

        @Override
        public int hashCode() {
            return 31 * path.hashCode() + version;
        }

        @Override
        public String toString() {
            return "check " + path + " at " + describe(version);
        }
    }

    private static void validate(String path) {
        if (path == null) {
            throw new IllegalArgumentException("path is null; give an absolute path such as /workers/a");
        }
        try {
            PathUtils.validatePath(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("path '" + path + "' is not a valid path: " + e.getMessage(), e);
        }
    }

    private static void validate(String path, int version) {
        if (version < ANY_VERSION) {
            throw new IllegalArgumentException(
                    "version for '" + path + "' is " + version + "; give the node's version, or -1 for any");
        }
    }

    private static byte[] copy(byte @Nullable [] data) {
        if (data == null) {
            throw new IllegalArgumentException("data is null; give the node's data, which may be empty");
        }
        return data.clone();
    }

    private static String describe(int version) {
        return version == ANY_VERSION ? "any version" : "version " + version;
    }
}
