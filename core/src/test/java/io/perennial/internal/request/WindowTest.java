package io.perennial.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.protocol.RequestKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {
    private final Window window = new Window(4);

    @Test
    void givesTheFirst_whileThereIsRoom() {
        add("/a", "/b", "/c", "/d", "/e");

        assertThat(send()).containsExactly("/a", "/b", "/c", "/d");
        assertThat(window.isEmpty()).isFalse();
        window.returned();
        assertThat(send()).containsExactly("/e");
        assertThat(window.isEmpty()).isTrue();
    }

    @Test
    void halvesItsRoom_butNeverToNothing_andGrowsToTheLimit() {
        window.shrink();
        add("/a", "/b", "/c");
        assertThat(send()).hasSize(2);
        window.returned();
        window.returned();

        window.shrink();
        window.shrink();
        assertThat(send()).hasSize(1);
        window.returned();

        for (int i = 0; i < 7; i++) {
            window.grow();
        }
        add("/d", "/e", "/f", "/g", "/h");
        assertThat(send()).hasSize(4);
    }

    @Test
    void givesNone_whileItIsSuspended() {
        add("/a");

        window.suspend();
        assertThat(send()).isEmpty();
        window.resume();

        assertThat(send()).containsExactly("/a");
    }

    @Test
    void takesRepeatsFirst_inTheirOrder_whenToldTo() {
        add("/c");
        window.repeatLater(read("/a"));
        window.repeatLater(read("/b"));
        assertThat(window.next().path()).isEqualTo("/c");

        window.takeRepeats();
        window.takeRepeats();

        assertThat(send()).containsExactly("/a", "/b", "/c");
    }

    @Test
    void dropsWhatIsNotSent() {
        add("/a", "/b", "/c");
        window.removeIf(request -> "/a".equals(request.path()));
        assertThat(window.next().path()).isEqualTo("/b");

        window.clear();

        assertThat(window.isEmpty()).isTrue();
    }

    private void add(String... paths) {
        for (String path : paths) {
            window.add(read(path));
        }
    }

    /** Sends as many as it may. */
    private List<String> send() {
        List<String> sent = new ArrayList<>();
        while (window.next() != null) {
            window.sent();
            sent.add(window.remove().path());
        }
        return sent;
    }

    private static PendingRequest read(String path) {
        return PendingRequest.single(RequestKind.GET_DATA, path, 0, reply -> {}, reply -> {});
    }
}
