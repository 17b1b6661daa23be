package io.perennial.internal.protocol;

import org.jspecify.annotations.Nullable;

/** What a request does: how to describe it to people, and which servers may not know it. */
public enum RequestKind {
    /** Makes a node, alone or in a transaction. */
    CREATE("%s is created", Limit.OF_REQUESTS, null),
    /** Makes a container. */
    CREATE_CONTAINER("the container %s is created", Limit.OF_REQUESTS, ServerRelease.V3_5_3),
    /** Changes a node's data. */
    SET_DATA("%s is written", Limit.OF_REQUESTS, null),
    /** Deletes a node. */
    DELETE("%s is deleted", Limit.OF_REQUESTS, null),
    /** Asks for a node's stat. */
    EXISTS("the existence of %s is checked", Limit.OF_ANSWERS, null),
    /** Reads a node. */
    GET_DATA("%s is read", Limit.OF_ANSWERS, null),
    /** Reads the names of a node's children. */
    GET_CHILDREN("%s's children are read", Limit.OF_ANSWERS, null),
    /** Arms one-shot watches on many paths. */
    REARM("the watches on %s and other paths are armed again", Limit.OF_REQUESTS, null),
    /** Lists a session's own nodes. */
    GET_EPHEMERALS("the session's nodes below %s are listed", Limit.OF_ANSWERS, ServerRelease.V3_6),
    /** Arms a persistent watch. */
    ADD_WATCH("a persistent watch is armed on %s", Limit.OF_REQUESTS, ServerRelease.V3_6),
    /** Disarms a watch. */
    REMOVE_WATCHES("a watch on %s is disarmed", Limit.OF_REQUESTS, ServerRelease.V3_5);

    private enum Limit {
        OF_REQUESTS,
        OF_ANSWERS
    }

    private final String whenever;
    private final Limit limit;
    private final @Nullable ServerRelease since;

    RequestKind(String whenever, Limit limit, @Nullable ServerRelease since) {
        this.whenever = whenever;
        this.limit = limit;
        this.since = since;
    }

    /**
     * Whether there are servers that do not know it. A server answers what it does not know with UNIMPLEMENTED, ahead
     * of what is under way, and hangs up; the client, which expects answers in order, disconnects first, and the reason
     * is lost. So such a request goes alone until a server has answered one.
     *
     * @return false for what every server knows
     */
    public boolean mayBeUnknown() {
        return since != null;
    }

    /** The release with which it came; null for what every server knows. */
    @Nullable
    ServerRelease since() {
        return since;
    }

    /**
     * Says that the server does not know it.
     *
     * @param path the path
     * @param servers what is known of them
     * @return the beginning of a sentence
     */
    String unknown(String path, ServerKnowledge servers) {
        ServerRelease needed = since == null ? ServerRelease.V3_5 : since;
        return servers.refusal("that " + whenever.formatted(path), needed);
    }

    /**
     * Says that it breaks the connection.
     *
     * @param path the path
     * @param bytes the data that go with it
     * @param maxAnswer the client's {@code jute.maxbuffer}
     * @return the beginning of a sentence
     */
    String breaks(String path, int bytes, int maxAnswer) {
        String sentence = "the connection breaks whenever " + whenever.formatted(path);
        String older = since == null ? "" : ", or the server older than " + since;
        return switch (limit) {
            case OF_ANSWERS ->
                sentence + ": is the answer longer than jute.maxbuffer, " + "%,d".formatted(maxAnswer) + older + "?";
            case OF_REQUESTS ->
                sentence + (bytes == 0 ? "" : " with " + "%,d".formatted(bytes) + " bytes of data")
                        + ": is the request longer than the servers' jute.maxbuffer, 1,048,575 unless set" + older
                        + "?";
        };
    }
}
