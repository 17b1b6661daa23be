package io.perennial.soak.work;

import java.util.List;

/**
 * An open watch and the last state that it reported.
 *
 * @param session the session's name
 * @param id unique in the run
 * @param kind what is watched
 * @param path on the servers
 * @param armed whether the session says that it is
 * @param told of a node the zxid of its last change, or {@link #ABSENT}; the children's names; of a tree each path and
 *     zxid
 */
public record ExpectedWatch(String session, String id, Kind kind, String path, boolean armed, String told) {
    /** Of a node that is not there. */
    public static final String ABSENT = "absent";

    /** What is watched. */
    public enum Kind {
        /** One node. */
        NODE,
        /** The names of a node's children. */
        CHILDREN,
        /** A node and all below it. */
        TREE
    }

    List<String> fields() {
        return List.of(session, id, kind.name(), path, Boolean.toString(armed), told);
    }

    static ExpectedWatch parse(List<String> fields) {
        return new ExpectedWatch(
                fields.get(0),
                fields.get(1),
                Kind.valueOf(fields.get(2)),
                fields.get(3),
                Boolean.parseBoolean(fields.get(4)),
                fields.get(5));
    }
}
