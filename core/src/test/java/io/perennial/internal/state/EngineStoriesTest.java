package io.perennial.internal.state;

import static io.perennial.internal.state.Happening.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ClampPolicy;
import io.perennial.SessionInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the engine does in each of some stories, word for word: what it tells, of what handles are made, how the parts
 * are attached. {@code -Dtest.jvm="-Dperennial.docs.write=true"} writes the text anew; read the difference.
 */
class EngineStoriesTest {
    private static final Path TEXT = Path.of("src/test/resources/io/perennial/internal/state/engine-stories.txt");
    private static final String TITLE = "# ";
    private static final String USUAL = "nothing to restore";
    private static final Pattern HANDLE = Pattern.compile("(handle \\d+) \\(.*\\)");
    private static final int AMOUNT = 900;
    private static final Map<String, PlaySetting> SETTINGS = settings();

    /** What happens in each. */
    private enum Story {
        CONNECTION_CUT(TICK, CUT, SOME_TIME),
        CONNECTION_LOST_UNTOLD(TICK, CUT_UNTOLD, AWAY, SOME_TIME, BACK, SOME_TIME),
        SERVERS_DOWN_FOR_LONG(TICK, SERVERS_DOWN, LONG_TIME, SERVERS_UP, SOME_TIME),
        NO_SERVER(SERVERS_DOWN, LONG_TIME, LONG_TIME),
        CLOSED_AT_THE_SERVER(TICK, SESSION_CLOSED_BY_ADMINISTRATOR, SOME_TIME, SESSION_CLOSED_BY_ADMINISTRATOR, TICK),
        CLOSED_BY_THE_APPLICATION(TICK, CLOSED_BY_APPLICATION, SOME_TIME),
        CLOSED_BY_THE_APPLICATION_UNHEARD(TICK, SERVER_SILENT, CLOSED_BY_APPLICATION, SERVER_SPEAKS, SOME_TIME),
        CLOSED_BY_THE_APPLICATION_A_MOMENT_AGO(TICK, CLOSED_BY_APPLICATION),
        GIVEN_UP_BEFORE_IT_CONNECTS(TICK, SERVERS_DOWN, LONG_TIME, LONG_TIME, CLIENT_GIVES_UP, SERVERS_UP, SOME_TIME),
        FAILED_AND_GONE(TICK, SERVERS_DOWN, AUTHENTICATION_FAILS, LONG_TIME),
        GIVEN_UP_BY_THE_CLIENT(TICK, CLIENT_GIVES_UP, SOME_TIME),
        READ_ONLY_AT_FIRST(QUORUM_LOST, SOME_TIME, AWAY, CUT, TICK, BACK, SOME_TIME, QUORUM_BACK, SOME_TIME),
        READ_ONLY_LATER(TICK, QUORUM_LOST, SOME_TIME, AWAY, CUT, TICK, QUORUM_BACK, BACK, SOME_TIME),
        READ_ONLY_FOR_LONG(TICK, QUORUM_LOST, SOME_TIME, LONG_TIME, LONG_TIME, QUORUM_BACK, SOME_TIME),
        READ_ONLY_AND_BLOCKED(QUORUM_LOST, SOME_TIME, EVENT_THREAD_BLOCKED, LONG_TIME),
        READ_ONLY_AFTER_A_LOSS(TICK, SERVERS_DOWN, LONG_TIME, QUORUM_LOST, SERVERS_UP, SOME_TIME, AWAY, CUT, TICK),
        CREDENTIALS_WANTED(TICK, CREDENTIALS_DEMANDED, CUT, LONG_TIME, CREDENTIALS_NO_MATTER, LONG_TIME),
        CREDENTIALS_WANTED_AT_FIRST(CREDENTIALS_DEMANDED, SOME_TIME, CREDENTIALS_NO_MATTER, LONG_TIME),
        CREDENTIALS_REFUSED(TICK, AUTHENTICATION_FAILS, SASL_AUTHENTICATED, LONG_TIME),
        CREDENTIALS_REFUSED_WHILE_DOWN(
                TICK, SERVERS_DOWN, AUTHENTICATION_FAILS, LONG_TIME, LONG_TIME, SERVERS_UP, LONG_TIME),
        EVENT_THREAD_STANDS(TICK, EVENT_THREAD_BLOCKED, LONG_TIME),
        EVENT_THREAD_STANDS_AT_FIRST(EVENT_THREAD_BLOCKED, LONG_TIME),
        EVENT_THREAD_STANDS_AFTER_A_LOSS(
                TICK, SERVERS_DOWN, LONG_TIME, EVENT_THREAD_BLOCKED, SERVERS_UP, LONG_TIME, LONG_TIME),
        JVM_STOOD(TICK, JVM_STANDS, TICK),
        HANG_UPS(TICK, HANGS_UP, CUT, SOME_TIME, SOME_TIME, HANGS_UP_NO_MORE, SOME_TIME),
        HANG_UPS_AT_FIRST(HANGS_UP, SOME_TIME, SOME_TIME, HANGS_UP_NO_MORE, SOME_TIME),
        HANG_UPS_FOR_LONG(TICK, HANGS_UP, CUT, LONG_TIME, HANGS_UP_NO_MORE, SOME_TIME),
        NO_NEW_SESSION(NEW_SESSIONS_REFUSED, TICK, DATA_WIPED, LONG_TIME, NEW_SESSIONS_GRANTED, LONG_TIME),
        NO_ROOT(ROOT_VANISHES, CUT, SOME_TIME, ROOT_IS_THERE, SOME_TIME, CUT, SOME_TIME),
        NO_ROOT_LATER(TICK, ROOT_VANISHES, CUT, SOME_TIME, CUT, ROOT_IS_THERE, LONG_TIME),
        LESS_TIME(TICK, LESS_TIME_GRANTED, CUT, SOME_TIME, SESSION_CLOSED_BY_ADMINISTRATOR, SOME_TIME),
        NO_HANDLE(TICK, HANDLES_CANNOT_BE_MADE, CLIENT_GIVES_UP, SOME_TIME, HANDLES_CAN_BE_MADE, SOME_TIME),
        NO_HANDLE_AT_FIRST(
                SERVERS_DOWN,
                CLIENT_GIVES_UP,
                HANDLES_CANNOT_BE_MADE,
                LONG_TIME,
                SERVERS_UP,
                CLIENT_GIVES_UP,
                HANDLES_CAN_BE_MADE,
                LONG_TIME),
        ERROR_IN_THE_ENGINE(TICK, ENGINE_FAILS, SOME_TIME),
        ERROR_WHILE_DOWN(TICK, SERVERS_DOWN, ENGINE_FAILS, LONG_TIME, LONG_TIME, SERVERS_UP, LONG_TIME),
        ANOTHER_SESSION_WITHOUT_A_WORD(TICK, IDS_CHANGE, CLIENT_GIVES_UP, DATA_WIPED, SOME_TIME),
        CLIENT_DIES(TICK, CLIENT_THREAD_DIES, SOME_TIME),
        CLIENT_DIES_AT_FIRST(CLIENT_THREAD_DIES, LONG_TIME),
        THROTTLED_AT_FIRST(THROTTLED, SOME_TIME, NOT_THROTTLED, SOME_TIME),
        THROTTLED_FOR_LONG(TICK, THROTTLED, LONG_TIME, NOT_THROTTLED, SOME_TIME),
        SLOWLY_ANSWERED(SLOW_ANSWERS, LONG_TIME, CUT, LONG_TIME),
        SLOWLY_RESTORED(
                SLOW_RESTORATION,
                TICK,
                CUT,
                SOME_TIME,
                QUICK_RESTORATION,
                SERVERS_DOWN,
                LONG_TIME,
                SERVERS_UP,
                SOME_TIME),
        SILENT_SERVER(TICK, SERVER_SILENT, LONG_TIME, SERVER_SPEAKS, SOME_TIME),
        WIPED(TICK, DATA_WIPED, SOME_TIME, LATE_WORD, LATE_WORD, SOME_TIME);

        private static final Map<String, Set<Story>> OTHERS = Map.of(
                "resume(false)",
                EnumSet.of(
                        SERVERS_DOWN_FOR_LONG,
                        GIVEN_UP_BY_THE_CLIENT,
                        READ_ONLY_FOR_LONG,
                        CREDENTIALS_REFUSED,
                        HANG_UPS,
                        HANG_UPS_FOR_LONG,
                        ERROR_IN_THE_ENGINE),
                "restored by requests",
                EnumSet.of(CONNECTION_CUT, READ_ONLY_LATER, SLOWLY_RESTORED, SILENT_SERVER),
                "onTimeoutClamped(FAIL)",
                EnumSet.of(LESS_TIME));

        private final List<Happening> events;

        Story(Happening... events) {
            this.events = List.of(events);
        }

        List<String> settings() {
            return SETTINGS.keySet().stream()
                    .filter(name -> name.equals(USUAL) || OTHERS.get(name).contains(this))
                    .toList();
        }

        String in(PlaySetting setting) {
            var trace = new ArrayList<String>();
            var play = new Play(setting, 1, trace);
            play.start();
            events.forEach(what -> play.happens(what, AMOUNT));
            play.note(
                    "in the end ",
                    play.state() + ", " + inHand(play.session()) + ", lease "
                            + (play.lease().isHeld() ? "held" : "not held"));
            play.close();
            return told(trace);
        }

        private static String inHand(SessionInfo session) {
            return session == null
                    ? "no session"
                    : "session " + Long.toHexString(session.sessionId()) + " of generation " + session.generation()
                            + " with " + session.negotiatedTimeout().toMillis() + " ms";
        }

        /** Without the times, and what comes several times once. */
        private static String told(List<String> trace) {
            var lines = new ArrayList<String>();
            String last = "";
            int times = 0;
            for (String noted : trace) {
                String line = HANDLE.matcher(
                                noted.substring(noted.indexOf("ms") + 2).strip())
                        .replaceAll("$1");
                times = line.equals(last) ? times + 1 : 1;
                last = line;
                if (times > 1) {
                    lines.remove(lines.size() - 1);
                }
                lines.add((line.startsWith("==") ? "" : "    ") + line + (times > 1 ? " (" + times + " times)" : ""));
            }
            return String.join("\n", lines) + "\n";
        }
    }

    private static Map<String, PlaySetting> settings() {
        PlaySetting quick = PlaySetting.DEFAULT.withReadOnlyAllowed();
        Map<String, PlaySetting> settings = new TreeMap<>();
        settings.put(USUAL, quick);
        settings.put("resume(false)", quick.withoutResumption());
        settings.put("restored by requests", new PlaySetting(true, true, ClampPolicy.WARN, Duration.ZERO, false));
        settings.put("onTimeoutClamped(FAIL)", new PlaySetting(false, true, ClampPolicy.FAIL, Duration.ZERO, true));
        return settings;
    }

    private static String title(Story story, String setting) {
        return TITLE + story + ", " + setting;
    }

    private static Map<String, String> written() throws IOException {
        return Arrays.stream(Files.readString(TEXT).split("(?m)^" + TITLE))
                .filter(text -> !text.isBlank())
                .collect(Collectors.toMap(
                        text -> TITLE + text.substring(0, text.indexOf('\n')),
                        text -> text.substring(text.indexOf('\n') + 1).stripTrailing()));
    }

    @ParameterizedTest
    @EnumSource
    void goesAsItIsWritten(Story story) throws IOException {
        Map<String, String> written = written();
        story.settings().forEach(name -> assertThat(story.in(SETTINGS.get(name)).stripTrailing())
                .as(name)
                .isEqualTo(written.get(title(story, name))));
    }

    @Test
    void isWrittenAnew_whenThatIsAskedFor() throws IOException {
        var text = new StringBuilder();
        for (Story story : Story.values()) {
            story.settings().forEach(name -> text.append(title(story, name))
                    .append('\n')
                    .append(story.in(SETTINGS.get(name)))
                    .append('\n'));
        }
        if (Boolean.getBoolean("perennial.docs.write")) {
            Files.write(TEXT, text.toString().getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Files.readString(TEXT)).isEqualTo(text.toString());
    }
}
