package io.perennial.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WithdrawalTest {
    /** What completes a node's future on a busy machine. */
    private static final Executor LATE = CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS);

    private final List<String> closed = new ArrayList<>();

    private static <T> T fake(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.to(method.getName())));
    }

    @FunctionalInterface
    private interface Answers {
        Object to(String method);
    }

    private static ResilientSession session(SessionState state) {
        return fake(ResilientSession.class, method -> switch (method) {
            case "state" -> state;
            case "hashCode" -> 1;
            default -> "session";
        });
    }

    /** Its close returns at once; its future follows later, or never. */
    private EphemeralNode node(String path, boolean goes) {
        var gone = new CompletableFuture<Void>();
        return fake(EphemeralNode.class, method -> {
            if (method.equals("close")) {
                closed.add(path);
                if (goes) {
                    LATE.execute(() -> gone.complete(null));
                }
                return null;
            }
            return method.equals("release") ? gone : path;
        });
    }

    private void withdraw(SessionState state, EphemeralNode... nodes) {
        Withdrawal.await(List.of(Withdrawal.begin(session(state), List.of(nodes))));
    }

    @Test
    void waitsForEachNode_alsoWhenItsFutureFollowsLate() {
        withdraw(SessionState.CONNECTED, node("/a", true), node("/b", true));

        assertThat(closed).containsExactly("/a", "/b");
    }

    @Test
    void waitsForOneNodeOnly_whenTheServerDoesNotAnswer() {
        withdraw(SessionState.CONNECTED, node("/a", false), node("/b", false));

        assertThat(closed).containsExactly("/a");
    }

    @Test
    void waitsForNone_whenTheSessionIsNotConnected() {
        withdraw(SessionState.SUSPENDED, node("/a", true), node("/b", true));

        assertThat(closed).isEmpty();
    }
}
