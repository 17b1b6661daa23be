package io.perennial.soak.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.work.ExpectedWatch;
import io.perennial.soak.work.ExpectedWatch.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WatchJudgeTest {
    private static final ServerView SERVERS = new ServerView(
            Map.of(
                    "/t", new ServerView.Node(0, 1, 1, ""),
                    "/t/a", new ServerView.Node(0, 2, 2, ""),
                    "/t/b", new ServerView.Node(0, 3, 3, ""),
                    "/t/a/x", new ServerView.Node(0, 4, 4, ""),
                    "/tt", new ServerView.Node(0, 5, 5, "")),
            Set.of());

    @Test
    void passesWhatAgrees() {
        assertThat(judge(
                        watch(Kind.NODE, "/t/a", "2"),
                        watch(Kind.NODE, "/none", ExpectedWatch.ABSENT),
                        watch(Kind.CHILDREN, "/t", "a,b"),
                        watch(Kind.CHILDREN, "/none", "")))
                .isEmpty();
    }

    @Test
    void passesATreeThatAgrees() {
        ServerView sorted = new ServerView(new java.util.TreeMap<>(SERVERS.nodes()), Set.of());

        assertThat(WatchJudge.judge(sorted, List.of(watch(Kind.TREE, "/t", "/t=1,/t/a=2,/t/a/x=4,/t/b=3"))))
                .isEmpty();
    }

    @Test
    void findsWhatDoesNotAgree() {
        assertThat(judge(
                        watch(Kind.NODE, "/t/a", "1"),
                        watch(Kind.NODE, "/t/a", ExpectedWatch.ABSENT),
                        watch(Kind.NODE, "/t/a", "nothing"),
                        watch(Kind.CHILDREN, "/t", "a"),
                        watch(Kind.TREE, "/t", "/t=1")))
                .hasSize(5);
    }

    @Test
    void findsAWatchThatIsNotArmed() {
        assertThat(judge(new ExpectedWatch("w0s0", "w", Kind.NODE, "/t/a", false, "2")))
                .hasSize(1);
    }

    private static List<Finding> judge(ExpectedWatch... watches) {
        return WatchJudge.judge(SERVERS, List.of(watches));
    }

    private static ExpectedWatch watch(Kind kind, String path, String told) {
        return new ExpectedWatch("w0s0", "w", kind, path, true, told);
    }
}
