package io.perennial.soak.history;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing that a session has seen or done.
 *
 * @param nanos when it was recorded, by the clock that all processes of the machine share ({@code System.nanoTime})
 * @param wallMillis the same by the wall clock, which the servers write into their transactions
 * @param kind what it is, which decides what the values are
 * @param session the session's name
 * @param values by {@link Kind}
 */
public record Fact(long nanos, long wallMillis, Kind kind, String session, List<String> values) {
    /** The kinds of facts; each constant names its values. */
    public enum Kind {
        /** from, to, cause, generation (0: none), session id (the same), detail. */
        TRANSITION,
        /** generation, nanos before the last look at which its lease was held, wall milliseconds before that. */
        LEASE,
        /** watch, {@code NODE}, {@code CHILDREN} or {@code TREE}, path. */
        WATCH,
        /**
         * watch, generation, and of a node: czxid, mzxid, ACL version; of children: all, added, removed, with commas;
         * of a tree: what happened, path, czxid, mzxid. What does not exist has -1.
         */
        TOLD,
        /** watch. */
        UNWATCH,
        /** payload, {@link Effect}, {@link Outcome}, nanos when it began, explanation. */
        WRITE,
        /**
         * what, generation, session id, nanos since when it is held without a doubt, nanos of a first and of a last
         * proof.
         */
        HELD,
        /** words for people. */
        NOTE
    }

    /** What was promised of a write. */
    public enum Effect {
        /** Applied once at most, and found out whether. */
        STRUCTURED,
        /** Applied once at most. */
        ONCE,
        /** Applied once at least, if it succeeds. */
        IDEMPOTENT
    }

    /** The outcome reported for a write. */
    public enum Outcome {
        /** It was applied. */
        APPLIED,
        /** It was not, and will not be. */
        NOT_APPLIED,
        /** Nothing is claimed. */
        UNKNOWN
    }

    /**
     * Keeps its own copy.
     *
     * @param nanos as above
     * @param wallMillis as above
     * @param kind as above
     * @param session as above
     * @param values as above
     */
    public Fact {
        values = List.copyOf(values);
    }

    /**
     * A value.
     *
     * @param index from 0
     * @return as text
     */
    public String value(int index) {
        return values.get(index);
    }

    /**
     * A value that is a number.
     *
     * @param index from 0
     * @return the number
     */
    public long number(int index) {
        return Long.parseLong(values.get(index));
    }

    String line() {
        List<String> fields = new ArrayList<>(values.size() + 4);
        fields.add(Long.toString(nanos));
        fields.add(Long.toString(wallMillis));
        fields.add(kind.name());
        fields.add(session);
        fields.addAll(values);
        return Fields.join(fields);
    }

    static Fact parse(String line) {
        List<String> fields = Fields.split(line);
        return new Fact(
                Long.parseLong(fields.get(0)),
                Long.parseLong(fields.get(1)),
                Kind.valueOf(fields.get(2)),
                fields.get(3),
                fields.subList(4, fields.size()));
    }
}
