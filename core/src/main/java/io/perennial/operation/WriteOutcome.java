package io.perennial.operation;

import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * What became of a write, see {@link Operations#transaction}.
 *
 * @param kind whether it was applied
 * @param results for an applied one, the result of each write in order
 * @param refusal for one that was not applied, the server's answer; null otherwise
 * @param matches for an unknown one, whether everything is now as this write would have left it: it was applied, unless
 *     another client did exactly the same in the meantime. Otherwise whether it was applied
 * @param explanation a sentence for people, which says what was looked at
 */
public record WriteOutcome(
        Kind kind, List<Result> results, @Nullable Code refusal, boolean matches, String explanation) {

    /** Whether it was applied. */
    public enum Kind {
        /** It was, exactly once. */
        APPLIED,
        /** It was not, and will not be. */
        NOT_APPLIED,
        /** It was applied once or not at all; ZooKeeper cannot tell, or could not be asked in time. */
        UNKNOWN
    }

    /**
     * What one applied write left.
     *
     * @param path the actual path; for a sequential node with its number, or null when that cannot be known any more:
     *     it was made, the acknowledgement was lost, and another client has removed the node since
     * @param stat the node's, or null for a deletion and a check. When the acknowledgement was lost, it is the one
     *     found afterwards; other clients may have changed the node since
     */
    public record Result(@Nullable String path, @Nullable Stat stat) {}

    /**
     * Copies the results.
     *
     * @param kind as above
     * @param results as above
     * @param refusal as above
     * @param matches as above
     * @param explanation as above
     */
    public WriteOutcome {
        results = List.copyOf(results);
    }

    /**
     * An applied outcome, for example to return from a test double of {@link Operations}.
     *
     * @param results of each write, in order
     * @param explanation for people
     * @return the outcome
     */
    public static WriteOutcome applied(List<Result> results, String explanation) {
        return new WriteOutcome(Kind.APPLIED, results, null, true, explanation);
    }

    /**
     * An outcome of a write that was not applied because the server refused it.
     *
     * @param code the server's answer
     * @param explanation for people
     * @return the outcome
     */
    public static WriteOutcome refused(Code code, String explanation) {
        return new WriteOutcome(Kind.NOT_APPLIED, List.of(), code, false, explanation);
    }

    /**
     * An unknown outcome.
     *
     * @param matches whether everything is as the write would have left it
     * @param explanation for people
     * @return the outcome
     */
    public static WriteOutcome unknown(boolean matches, String explanation) {
        return new WriteOutcome(Kind.UNKNOWN, List.of(), null, matches, explanation);
    }

    /**
     * Whether it was applied, for certain.
     *
     * @return whether {@link #kind()} is {@link Kind#APPLIED}
     */
    public boolean isApplied() {
        return kind == Kind.APPLIED;
    }

    /**
     * The same for a caller that knows that no other client makes exactly this write: then a write that {@link
     * #matches()} was applied.
     *
     * @return an applied outcome without results in place of an unknown one that matches; otherwise this
     */
    public WriteOutcome assumingSoleWriter() {
        return kind == Kind.UNKNOWN && matches
                ? applied(List.of(), explanation + "; considered applied, because nobody else makes this write")
                : this;
    }

    /**
     * This outcome, if the write was applied.
     *
     * @return this
     * @throws OperationFailedException when it was refused, with the server's code
     * @throws OutcomeUnknownException when it is unknown, with this as its {@link OutcomeUnknownException#outcome}
     */
    public WriteOutcome orThrow() {
        return switch (kind) {
            case APPLIED -> this;
            case NOT_APPLIED ->
                throw new OperationFailedException(
                        explanation, KeeperException.create(refusal == null ? Code.SYSTEMERROR : refusal));
            case UNKNOWN -> throw new OutcomeUnknownException(this);
        };
    }

    /**
     * The path of the first write.
     *
     * @return its actual path
     * @throws IllegalStateException when it is not known to be applied, or its name cannot be known any more
     */
    public String path() {
        String path = first().path();
        if (path == null) {
            throw new IllegalStateException("the name is unknown: the node has been removed since, " + explanation);
        }
        return path;
    }

    /**
     * The node of the first write.
     *
     * @return its Stat, or null for a deletion
     * @throws IllegalStateException when it is not known to be applied
     */
    public @Nullable Stat stat() {
        return first().stat();
    }

    private Result first() {
        if (results.isEmpty()) {
            throw new IllegalStateException("there is no result: " + kind + ", " + explanation);
        }
        return results.get(0);
    }
}
