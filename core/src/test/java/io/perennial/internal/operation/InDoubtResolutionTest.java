package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.operation.InDoubtResolution.Finding;
import io.perennial.internal.operation.InDoubtResolution.Verdict;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome.Result;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.ExistsBuilder;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an applied write's result says when the node, which was there a moment ago, cannot be read any more. */
@Tag("O6")
class InDoubtResolutionTest {
    private static final long SESSION = 0x11;
    private static final long SEEN = 100;
    private static final byte[] DATA = {1};

    private final Map<String, Stat> nodes = new HashMap<>();
    /** The connection breaks when one of these is asked for, the first time or the second. */
    private final Set<String> unreadable = new HashSet<>();

    private final Set<String> unreadableTwice = new HashSet<>();
    private final Set<String> asked = new HashSet<>();
    private final CuratorFramework curator = proxy(CuratorFramework.class, "checkExists", path -> builder());

    private ExistsBuilder builder() {
        return proxy(ExistsBuilder.class, "forPath", this::exists);
    }

    private Stat exists(String path) throws KeeperException {
        boolean again = !asked.add(path);
        if (unreadable.contains(path) || (again && unreadableTwice.contains(path))) {
            throw new KeeperException.ConnectionLossException();
        }
        return nodes.get(path);
    }

    @FunctionalInterface
    private interface Answer {
        Object to(String path) throws KeeperException;
    }

    private static <T> T proxy(Class<T> type, String only, Answer answer) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo(only);
                    return answer.to(arguments == null ? null : (String) arguments[0]);
                }));
    }

    private static Stat node(long zxid, long owner) {
        var stat = new Stat();
        stat.setCzxid(zxid);
        stat.setEphemeralOwner(owner);
        return stat;
    }

    /** A node with one child, its first, that was made after the request was sent. */
    private static Stat parent() {
        var stat = new Stat();
        stat.setPzxid(SEEN + 1);
        stat.setCversion(1);
        stat.setNumChildren(1);
        return stat;
    }

    private static Request request(String witnessParent, Write... writes) {
        return Request.of(List.of(), List.of(writes), witnessParent, new SessionView.ServerSession(1, SESSION, SEEN));
    }

    private List<Result> resultsOf(Request request) throws Exception {
        Finding finding = new InDoubtResolution(curator, request, SESSION).look();
        assertThat(finding.verdict()).isEqualTo(Verdict.APPLIED);
        return finding.results();
    }

    @Test
    void keepsTheNameThatWasFound() throws Exception {
        Request request = request(null, Write.create("/queue/n-", DATA, CreateMode.PERSISTENT_SEQUENTIAL));
        String name = request.writes().get(0).path() + "0000000000";
        nodes.put("/queue", parent());
        nodes.put(name, node(SEEN + 1, 0));
        unreadableTwice.add(name);

        assertThat(resultsOf(request)).containsExactly(new Result(name, null));
    }

    @Test
    void givesNoName_whenNoneWasFound() throws Exception {
        Request request = request("/witnesses", Write.create("/queue/n-", DATA, CreateMode.PERSISTENT_SEQUENTIAL));
        nodes.put(request.witness().path(), node(SEEN + 1, SESSION));
        unreadable.add("/queue");

        assertThat(resultsOf(request)).containsExactly(new Result(null, null));
    }

    @Test
    void keepsThePath_ofWhatHasTheNameThatItWasGiven() throws Exception {
        Request request = request(
                null,
                Write.create("/mine", DATA, CreateMode.EPHEMERAL),
                Write.setData("/changed", DATA, 0),
                Write.delete("/gone", 0));
        nodes.put("/mine", node(SEEN + 1, SESSION));
        unreadableTwice.add("/mine");
        unreadable.add("/changed");

        assertThat(resultsOf(request))
                .containsExactly(new Result("/mine", null), new Result("/changed", null), new Result("/gone", null));
    }
}
