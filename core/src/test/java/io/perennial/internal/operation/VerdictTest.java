package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.operation.InDoubtResolution.Finding;
import io.perennial.internal.operation.InDoubtResolution.Verdict;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.GetDataWatchBackgroundStatable;
import org.apache.curator.framework.api.WatchPathable;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/** What is concluded from what is there. */
class VerdictTest {
    private static final long SESSION = 0x11;
    private static final long SEEN = 100;
    private static final long LATER = SEEN + 1;
    private static final byte[] MINE = "mine".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHERS = "other".getBytes(StandardCharsets.UTF_8);

    private final Map<String, Stat> nodes = new TreeMap<>();
    private final Map<String, byte[]> data = new HashMap<>();
    private String goneWhenRead = "";
    private boolean listed;
    private final CuratorFramework curator = curator();

    @FunctionalInterface
    private interface Answer {
        Object to(String path, Stat into) throws KeeperException;
    }

    private CuratorFramework curator() {
        return chain(CuratorFramework.class, method -> switch (method.getName()) {
            case "checkExists" -> (path, into) -> nodes.get(path);
            case "getData" -> (path, into) -> read(path, into);
            case "getChildren" -> (path, into) -> children(path);
            default -> throw new AssertionError(method);
        });
    }

    private interface Begun {
        Answer by(Method method);
    }

    private static <T> T chain(Class<T> type, Begun begun) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> link(method.getReturnType(), begun.by(method), new AtomicReference<>())));
    }

    private static Object link(Class<?> type, Answer answer, AtomicReference<Stat> into) {
        Class<?>[] next = type.isInterface()
                ? new Class<?>[] {type}
                : new Class<?>[] {GetDataWatchBackgroundStatable.class, WatchPathable.class}; // a type variable's
        return Proxy.newProxyInstance(VerdictTest.class.getClassLoader(), next, (proxy, method, arguments) -> {
            if (method.getName().equals("forPath")) {
                return answer.to((String) arguments[0], into.get());
            }
            if (method.getName().equals("storingStatIn")) {
                into.set((Stat) arguments[0]);
            }
            return link(method.getReturnType(), answer, into);
        });
    }

    private byte[] read(String path, Stat into) throws KeeperException {
        Stat stat = nodes.get(path);
        if (stat == null || path.equals(goneWhenRead)) {
            throw new KeeperException.NoNodeException(path);
        }
        into.setCzxid(stat.getCzxid());
        into.setMzxid(stat.getMzxid());
        into.setVersion(stat.getVersion());
        into.setEphemeralOwner(stat.getEphemeralOwner());
        return data.get(path);
    }

    private List<String> children(String path) throws KeeperException {
        listed = true;
        if (!nodes.containsKey(path)) {
            throw new KeeperException.NoNodeException(path);
        }
        return nodes.keySet().stream()
                .filter(other -> other.startsWith(path + "/"))
                .map(other -> other.substring(path.length() + 1))
                .toList();
    }

    private Stat node(String path, long czxid, long mzxid, int version) {
        var stat = new Stat();
        stat.setCzxid(czxid);
        stat.setMzxid(mzxid);
        stat.setVersion(version);
        nodes.put(path, stat);
        data.put(path, MINE);
        return stat;
    }

    private void parent(long pzxid, int cversion, int children) {
        Stat parent = node("/p", 1, 1, 0);
        parent.setPzxid(pzxid);
        parent.setCversion(cversion);
        parent.setNumChildren(children);
    }

    private Finding finding(long sessionNow, String witnessParent, Write... writes) {
        return finding(
                sessionNow,
                Request.of(List.of(), List.of(writes), witnessParent, new SessionView.ServerSession(1, SESSION, SEEN)));
    }

    private Finding finding(long sessionNow, Request request) {
        try {
            return new InDoubtResolution(curator, request, sessionNow).look();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Verdict of(Write... writes) {
        return finding(SESSION, null, writes).verdict();
    }

    private static Write create(CreateMode mode) {
        return Write.create("/p/n", MINE, mode);
    }

    @Test
    void provesThatANodeWasNotMade_byTheListOfItsSiblings() {
        Write create = create(CreateMode.PERSISTENT);
        assertThat(of(create)).as("no parent").isEqualTo(Verdict.CANNOT_TELL);
        parent(SEEN, 3, 1);
        assertThat(of(create)).isEqualTo(Verdict.NOT_APPLIED);
        parent(LATER, 3, 1);
        assertThat(of(create)).as("made and removed, perhaps").isEqualTo(Verdict.CANNOT_TELL);
    }

    @Test
    void provesThatANodeWasMade_byItsOwner() {
        node("/p/n", SEEN, SEEN, 0).setEphemeralOwner(SESSION);
        assertThat(of(create(CreateMode.EPHEMERAL))).as("one before").isEqualTo(Verdict.NOT_APPLIED);
        node("/p/n", LATER, LATER, 0);
        assertThat(of(create(CreateMode.PERSISTENT))).as("whose?").isEqualTo(Verdict.CANNOT_TELL);
        assertThat(of(create(CreateMode.EPHEMERAL))).as("nobody's").isEqualTo(Verdict.CANNOT_TELL);
        node("/p/n", LATER, LATER, 0).setEphemeralOwner(SESSION);
        assertThat(of(create(CreateMode.EPHEMERAL))).isEqualTo(Verdict.APPLIED);
        assertThat(of(create(CreateMode.PERSISTENT))).as("another write's").isEqualTo(Verdict.CANNOT_TELL);
    }

    @Test
    void looksForASequentialNode_byItsNumberAndThenInTheList() {
        Request request = Request.of(
                List.of(),
                List.of(create(CreateMode.PERSISTENT_SEQUENTIAL)),
                null,
                new SessionView.ServerSession(1, SESSION, SEEN));
        String path = request.writes().get(0).path();
        assertThat(finding(SESSION, request).verdict()).as("no parent").isEqualTo(Verdict.CANNOT_TELL);
        parent(SEEN, 20, 0);
        assertThat(finding(SESSION, request).verdict()).isEqualTo(Verdict.NOT_APPLIED);
        parent(LATER, 20, 0);
        assertThat(finding(SESSION, request).verdict()).isEqualTo(Verdict.CANNOT_TELL);
        assertThat(listed).isTrue();
        assertThat(finding(SESSION, request).matches())
                .as("its name would be proof")
                .isFalse();

        listed = false;
        nodes.put(path + "0000000002", new Stat());
        assertThat(finding(SESSION, request).verdict()).isEqualTo(Verdict.APPLIED);
        assertThat(listed).as("the eighth of the latest").isFalse();
        nodes.remove(path + "0000000002");
        nodes.put(path + "0000000001", new Stat());
        assertThat(finding(SESSION, request).results().get(0).path()).isEqualTo(path + "0000000001");
        assertThat(listed).isTrue();
        nodes.remove(path + "0000000001");
        nodes.put("/p/another0000000001", new Stat());
        assertThat(finding(SESSION, request).verdict()).isEqualTo(Verdict.CANNOT_TELL);

        listed = false;
        parent(LATER, 2, 0);
        nodes.put(path + "0000000000", new Stat());
        assertThat(finding(SESSION, request).verdict()).as("the first").isEqualTo(Verdict.APPLIED);
        assertThat(listed).isFalse();
    }

    @Test
    void provesThatDataWereNotSet_byZxidsAndVersions() {
        Write set = Write.setData("/p/n", MINE, 7);
        assertThat(of(set)).as("no parent").isEqualTo(Verdict.CANNOT_TELL);
        parent(SEEN, 3, 1);
        assertThat(of(set)).as("never there").isEqualTo(Verdict.NOT_APPLIED);
        node("/p/n", 1, SEEN, 8);
        assertThat(of(set)).as("unchanged").isEqualTo(Verdict.NOT_APPLIED);
        node("/p/n", LATER, LATER, 7);
        assertThat(of(set)).as("made anew").isEqualTo(Verdict.CANNOT_TELL);
        node("/p/n", SEEN, LATER, 7);
        assertThat(of(set)).as("at the version asked for").isEqualTo(Verdict.NOT_APPLIED);
        assertThat(of(Write.setData("/p/n", MINE, Write.ANY_VERSION)))
                .as("at any")
                .isEqualTo(Verdict.CANNOT_TELL);
        node("/p/n", SEEN, LATER, 9);
        data.put("/p/n", OTHERS);
        assertThat(of(set)).as("overwritten since, perhaps").isEqualTo(Verdict.CANNOT_TELL);
    }

    @Test
    void provesThatDataWereNotSet_byWhatIsAtTheNextVersion() {
        Write set = Write.setData("/p/n", MINE, 7);
        node("/p/n", SEEN, LATER, 8);
        assertThat(of(set)).as("its own data, or the same of another").isEqualTo(Verdict.CANNOT_TELL);
        assertThat(finding(SESSION, null, set).matches()).isTrue();
        data.put("/p/n", OTHERS);
        assertThat(of(set)).isEqualTo(Verdict.NOT_APPLIED);
        goneWhenRead = "/p/n";
        assertThat(of(set)).as("gone meanwhile").isEqualTo(Verdict.CANNOT_TELL);
        assertThat(finding(SESSION, null, set).matches()).isFalse();
    }

    @Test
    void provesThatANodeWasNotRemoved_byItsBeingThere() {
        Write delete = Write.delete("/p/n", 0);
        assertThat(of(delete)).isEqualTo(Verdict.CANNOT_TELL);
        parent(SEEN, 3, 1);
        assertThat(of(delete)).as("was not there").isEqualTo(Verdict.NOT_APPLIED);
        parent(LATER, 3, 1);
        assertThat(of(delete)).as("removed by whom?").isEqualTo(Verdict.CANNOT_TELL);
        assertThat(finding(SESSION, null, delete).matches()).isTrue();
        node("/p/n", SEEN, SEEN, 0);
        assertThat(of(delete)).isEqualTo(Verdict.NOT_APPLIED);
        node("/p/n", LATER, LATER, 0);
        assertThat(of(delete)).as("made anew").isEqualTo(Verdict.CANNOT_TELL);
        assertThat(finding(SESSION, null, delete).matches()).isFalse();
    }

    @Test
    void saysNothingOfChecks_andGoesByTheFirstThatSays() {
        parent(LATER, 3, 1);
        node("/p/n", SEEN, SEEN, 0);
        assertThat(of(Write.check("/p/n", 0))).isEqualTo(Verdict.CANNOT_TELL);
        assertThat(of(Write.check("/p/n", 0), Write.delete("/p/n", 0))).isEqualTo(Verdict.NOT_APPLIED);

        node("/p/mine", LATER, LATER, 0).setEphemeralOwner(SESSION);
        Write mine = Write.create("/p/mine", MINE, CreateMode.EPHEMERAL);
        Finding finding = finding(SESSION, null, mine, Write.setData("/p/n", MINE, 3), Write.delete("/p/x", 1));
        assertThat(finding.verdict()).isEqualTo(Verdict.APPLIED);
        assertThat(finding.matches()).isTrue();
        assertThat(finding.results())
                .containsExactly(
                        new WriteOutcome.Result("/p/mine", nodes.get("/p/mine")),
                        new WriteOutcome.Result("/p/n", nodes.get("/p/n")),
                        new WriteOutcome.Result("/p/x", null));
    }

    @Test
    void believesTheWitness_asLongAsItsSessionLives() {
        Request request = Request.of(
                List.of(),
                List.of(Write.delete("/p/n", 0)),
                "/witnesses",
                new SessionView.ServerSession(1, SESSION, SEEN));
        parent(LATER, 3, 1);
        assertThat(finding(SESSION, request).verdict()).isEqualTo(Verdict.NOT_APPLIED);
        assertThat(finding(SESSION + 1, request).verdict()).isEqualTo(Verdict.CANNOT_TELL);
        node("/p/n", SEEN, SEEN, 0);
        assertThat(finding(SESSION + 1, request).verdict())
                .as("by what else is there")
                .isEqualTo(Verdict.NOT_APPLIED);
        nodes.put(request.witness().path(), new Stat());
        assertThat(finding(SESSION + 1, request).verdict()).isEqualTo(Verdict.APPLIED);
    }
}
