package io.perennial.internal.connect;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper's client without the pauses that it makes of itself when a connection is lost: {@link PromptAttempts} and
 * {@link PromptSocket}. Either works alone.
 *
 * <p>The system property {@value #PROPERTY}, set to {@code false}, leaves the client as it is; each session asks for it
 * when it is built.
 */
public final class PromptClient {
    /** Whether sessions built from now on spare their client its pauses; true unless set. */
    public static final String PROPERTY = "perennial.promptReconnect";

    private final PromptAttempts attempts;
    private final PromptSocket socket;

    PromptClient(PromptAttempts attempts, PromptSocket socket) {
        this.attempts = attempts;
        this.socket = socket;
    }

    private static final class Holder {
        private static final PromptClient PROMPT = new PromptClient(new PromptAttempts(), new PromptSocket());
    }

    /** As the system property says now. */
    public static PromptClient now() {
        return "false".equalsIgnoreCase(System.getProperty(PROPERTY)) ? asItIs() : Holder.PROMPT;
    }

    private static PromptClient asItIs() {
        var why = new ReflectiveOperationException(PROPERTY + " is false");
        return new PromptClient(
                new PromptAttempts(() -> {
                    throw why;
                }),
                new PromptSocket(() -> {
                    throw why;
                }));
    }

    /**
     * Names its socket to the client, where that is for us to say.
     *
     * @param config the user's, which stays as it is
     * @return what the client is to be made with
     */
    public ZKClientConfig prepare(ZKClientConfig config) {
        return socket.namedTo(config);
    }

    /** On a client's connecting thread: its next attempt is made at once. */
    public void next() {
        attempts.next();
    }

    /** Why the client makes all or some of its pauses; null when it makes none. */
    public @Nullable String whyPauses() {
        String all = Stream.of(attempts.obstacle(), socket.obstacle())
                .filter(Objects::nonNull)
                .distinct()
                .collect(Collectors.joining("; "));
        return all.isEmpty() ? null : all;
    }
}
