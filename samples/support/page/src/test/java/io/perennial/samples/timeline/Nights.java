package io.perennial.samples.timeline;

import static io.perennial.SessionState.CLOSED;
import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.SessionState.LATENT;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.SessionState.SUSPENDED;

import io.perennial.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Things that happened, for tests. */
final class Nights {
    static final Instant BEGAN = Instant.parse("2026-03-14T21:00:00Z");
    static final Instant ENDED = Instant.parse("2026-03-15T05:00:00Z");

    private Nights() {}

    /** One session's story, told step by step. */
    static final class Story {
        private final List<Transition> transitions = new ArrayList<>();
        private final List<Loss> losses = new ArrayList<>();
        private final List<Restoration> restorations = new ArrayList<>();
        private final List<Note> notes = new ArrayList<>();
        private final String name;
        private SessionState state;
        private Instant since;
        private long generation;

        Story(String name, SessionState state, Instant since, long generation) {
            this.name = name;
            this.state = state;
            this.since = since;
            this.generation = generation;
        }

        Story to(SessionState next, Instant at, String cause, String detail) {
            Long held = next == LOST || next == CONNECTING || next == CLOSED ? null : generation;
            String id = held == null ? null : "0x10001826e4c000" + generation;
            transitions.add(new Transition(at, state, next, cause, Duration.between(since, at), held, id, detail));
            if (state == RESTORING) {
                Duration took = Duration.between(since, at);
                restorations.add(new Restoration(since, took, generation, "RECONNECTED", 12, 30, next == CONNECTED));
            }
            state = next;
            since = at;
            return this;
        }

        Story after(long millis, SessionState next, String cause, String detail) {
            return to(next, since.plusMillis(millis), cause, detail);
        }

        Story lost(long millis, String kind, String why) {
            return lost(millis, kind, Duration.ofMillis(millis + 200), Duration.ofMillis(12), why);
        }

        Story lost(long millis, String kind, Duration silence, Duration pause, String why) {
            after(millis, LOST, "LEASE_ELAPSED", "no acknowledgement for a session timeout");
            losses.add(new Loss(since.plusMillis(1), kind, silence, pause, why));
            return this;
        }

        Story nextGeneration() {
            generation++;
            return this;
        }

        Story note(Note.Kind kind, Instant at, long millis, String text) {
            notes.add(new Note(kind, at, Duration.ofMillis(millis), text));
            return this;
        }

        /** A connection lost and had again at once. */
        Story blink(Instant at, long away, long restoring) {
            return to(SUSPENDED, at, "CONNECTION_LOST", "zk2:2181 closed the connection")
                    .after(away, RESTORING, "CONNECTED", "connected to zk3:2181")
                    .after(restoring, CONNECTED, "RESTORED", "12 nodes, 30 watches");
        }

        History history(String... remarks) {
            return new History(name, transitions, losses, restorations, notes, List.of(remarks));
        }
    }

    static Chronicle of(History... histories) {
        return new Chronicle("night.jfr", BEGAN, ENDED, List.of(histories));
    }

    /** 8 hours; a blink, an outage with a loss, a flapping connection, another loss. */
    static History orders() {
        Instant outage = Instant.parse("2026-03-15T01:13:07.412Z");
        Story story = new Story("orders", CONNECTED, BEGAN.minusSeconds(86_400), 3)
                .blink(Instant.parse("2026-03-14T22:12:05.100Z"), 310, 90)
                .note(Note.Kind.REMARK, outage.minusMillis(900), 0, "servers restarted by deploy 1471")
                .to(SUSPENDED, outage, "CONNECTION_LOST", "zk1:2181 closed the connection")
                .lost(12_100, "NO_SERVER", "no server could be reached for 12300 ms: check that the servers run")
                .nextGeneration()
                .after(340_000, RESTORING, "SESSION_CREATED", "the old session was refused")
                .after(410, CONNECTED, "RESTORED", "12 nodes, 30 watches")
                .note(Note.Kind.SLOW_CALLBACK, outage.plusMillis(352_600), 3_210, "com.example.Rebalancer.onChildren");
        Instant flapping = Instant.parse("2026-03-15T03:40:00Z");
        for (int i = 0; i < 5; i++) {
            story.blink(flapping.plusSeconds(i * 3L), 420 + 37 * i, 25 + i);
        }
        return story.to(SUSPENDED, Instant.parse("2026-03-15T04:02:11Z"), "CONNECTION_LOST", "nothing was answered")
                .lost(400, "LOCAL_PAUSE", "this JVM did not run for 31200 ms (garbage collection): look there")
                .after(20, RESTORING, "SESSION_RESUMED", "the server still had the session")
                .after(60, CONNECTED, "RESTORED", "12 nodes, 30 watches")
                .history("12 of 12 nodes are held, 30 of 30 watches armed.");
    }

    /** Of another JVM, observed for an hour within the others' night; it stood still for a while. */
    static Chronicle stopped(Instant stoppedAt) {
        Instant woke = stoppedAt.plusMillis(13_000);
        History history = new Story("stock", CONNECTED, stoppedAt.minusSeconds(900), 1)
                .to(SUSPENDED, woke, "CONNECTION_LOST", "the server closed the connection")
                .lost(44, "LOCAL_PAUSE", Duration.ofMillis(14_044), Duration.ofMillis(13_000), "this JVM did not run")
                .after(20, RESTORING, "SESSION_CREATED", "the old session was refused")
                .after(60, CONNECTED, "RESTORED", "12 nodes, 30 watches")
                .history();
        return new Chronicle("stock.jfr", stoppedAt.minusSeconds(900), stoppedAt.plusSeconds(2_700), List.of(history));
    }

    /** Started late, closed early. */
    static History billing() {
        Instant start = Instant.parse("2026-03-14T22:30:00Z");
        return new Story("billing", LATENT, start.minusMillis(15), 1)
                .to(CONNECTING, start, "STARTED", "start()")
                .after(45, RESTORING, "SESSION_CREATED", "session 1 at zk1:2181")
                .after(112, CONNECTED, "RESTORED", "3 nodes, 1 watch")
                .blink(Instant.parse("2026-03-15T01:13:07.420Z"), 2_100, 30)
                .to(CLOSED, Instant.parse("2026-03-15T03:00:00Z"), "OWNER_STOPPED", "web application /billing stopped")
                .note(Note.Kind.ORPHAN_ENDED, Instant.parse("2026-03-15T03:00:00.1Z"), 0, "of web application /billing")
                .history();
    }

    /** As many transitions as asked for, in an endless flapping. */
    static History flapping(int transitions) {
        var story = new Story("flapping", CONNECTED, BEGAN, 1);
        long step = Duration.between(BEGAN, ENDED).toMillis() / (transitions + 1);
        while (story.transitions.size() < transitions) {
            story.after(step, SUSPENDED, "CONNECTION_LOST", "the server closed the connection")
                    .lost(step, "SERVER_SILENT", "servers did not answer although this JVM ran")
                    .after(step, RESTORING, "SESSION_RESUMED", "the server still had the session")
                    .after(step, CONNECTED, "RESTORED", "12 nodes, 30 watches");
        }
        return story.history();
    }
}
