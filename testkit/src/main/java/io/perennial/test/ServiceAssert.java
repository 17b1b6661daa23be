package io.perennial.test;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;

/** Assertions about what servers hold. */
public final class ServiceAssert extends WaitingAssert<ServiceAssert, ZooKeeperService> {
    ServiceAssert(ZooKeeperService actual) {
        super(actual, ServiceAssert.class);
    }

    /**
     * Waits until every ephemeral node belongs to one of these sessions: none is left of an application's earlier
     * session, which others would take for a live instance.
     *
     * @param sessionIds of the sessions that are alive; none when every application has ended
     * @return this
     */
    public ServiceAssert hasNoGhostNodes(long... sessionIds) {
        Set<Long> alive = Arrays.stream(sessionIds).boxed().collect(Collectors.toSet());
        waitFor("has no ghost nodes", () -> Assertions.assertThat(actual.ephemeralNodes())
                .as("ephemeral nodes by their owner, of which %s are alive", alive)
                .allSatisfy((path, owner) -> Assertions.assertThat(alive).contains(owner)));
        return this;
    }

    @Override
    String subject() {
        return "ZooKeeper at " + actual.connectString();
    }

    @Override
    String details() {
        return "";
    }
}
