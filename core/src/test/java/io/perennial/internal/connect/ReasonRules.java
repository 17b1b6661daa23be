package io.perennial.internal.connect;

import io.perennial.internal.connect.ModelNetwork.Server;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a report must say, at any time of a gate's play, of why there is no connection. */
final class ReasonRules {
    /** The client sleeps for up to a second, and a tenth of one after an attempt that has failed. */
    private static final long UNCLEAR = GatePlay.millis(1_250);

    private static final int KINDS_TOLD = 3;
    /** Of a server that hangs up, or is silent. */
    private static final String EITHER = "accepts connections and";

    /** Yet, or within the connect timeout. */
    static final String NO_ANSWER = "no answer";

    private final GatePlay play;
    private final PaceRules pace;
    private final Map<Endpoint, String> reasons = new HashMap<>();
    /** What is to be said of the server that was tried, once the client comes for the next. */
    private @Nullable String outcome;

    ReasonRules(GatePlay play, PaceRules pace) {
        this.play = play;
        this.pace = pace;
    }

    /** Only of these servers something is to be said. */
    void list(List<Endpoint> now) {
        reasons.keySet().retainAll(now);
    }

    /** The client comes for the next server; what was found of the last, if that still counts, is to be said. */
    void comesFrom(@Nullable Server met) {
        if (met != null && outcome != null && play.network().listed().contains(met)) {
            reasons.put(met.endpoint, outcome);
        }
        outcome = null;
    }

    /** A handle was made. */
    void forgetOutcome() {
        outcome = null;
    }

    void failed(Server server, String reason) {
        if (play.network().listed().contains(server)) {
            reasons.put(server.endpoint, reason);
        }
    }

    void clear() {
        reasons.clear();
    }

    /** The client's attempt has come to nothing. */
    void attemptFailed(boolean silent, long within, long took) {
        // Within the second that the client itself may sleep, nobody can tell the one from the other.
        boolean isClear = silent ? within > UNCLEAR : took < GateRules.CLIENTS_PAUSE;
        outcome = !isClear ? EITHER : silent ? "stays silent" : "hangs up";
    }

    /** What the session's report says of why there is none. */
    void report() {
        String told = play.attempts().trouble(play.ticks());
        play.check((told == null) == reasons.isEmpty(), "the report says, or should", told + " " + reasons);
        if (told == null) {
            return;
        }
        play.check(told.contains(" after " + pace.made() + " attempts"), "attempts " + pace.made(), told);
        for (Server server : play.network().all()) {
            String reason = reasons.get(server.endpoint);
            if (reason == null) {
                play.check(!told.contains(server.endpoint.toString()), "of no interest: " + server, told);
            } else if (kinds() <= KINDS_TOLD) {
                play.check(told.contains(server.endpoint.toString()), "not said of " + server, told);
                play.check(told.contains(reason), "not said: " + reason, told);
            }
        }
    }

    private int kinds() {
        var kinds = new HashSet<>(reasons.values());
        return kinds.size() + (kinds.contains(EITHER) ? 1 : 0) + (kinds.contains(NO_ANSWER) ? 1 : 0);
    }
}
