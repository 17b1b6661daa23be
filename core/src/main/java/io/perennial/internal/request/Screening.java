package io.perennial.internal.request;

import io.perennial.internal.engine.Ticker;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.Quarantine.Verdict;
import io.perennial.internal.protocol.RequestKey;
import java.util.ArrayList;
import java.util.List;

/**
 * What the {@link Quarantine} says about a whole request: among the keys of a transaction, the worst counts. Confined
 * to the event loop.
 */
final class Screening {
    private final Quarantine quarantine;
    private final Ticker ticker;

    Screening(Quarantine quarantine, Ticker ticker) {
        this.quarantine = quarantine;
        this.ticker = ticker;
    }

    Verdict verdict(PendingRequest request) {
        if (quarantine.isEmpty()) {
            return Verdict.FREE;
        }
        long now = ticker.nanos();
        Verdict worst = Verdict.FREE;
        for (RequestKey key : request.keys()) {
            Verdict verdict = quarantine.verdict(key, now);
            worst = verdict.compareTo(worst) > 0 ? verdict : worst;
        }
        return worst;
    }

    /** How suspect it is: the less suspect go first. */
    int rank(PendingRequest request) {
        return request.keys().stream().mapToInt(quarantine::rank).max().orElse(0);
    }

    /** How many operations of suspects, its own included, may be sent together with it. */
    int groupLimit(PendingRequest request) {
        return request.keys().stream().mapToInt(quarantine::groupLimit).min().orElse(1);
    }

    Quarantine.Refusal refusal(PendingRequest request) {
        return quarantine.refusal(worst(request), ticker.nanos());
    }

    private RequestKey worst(PendingRequest request) {
        RequestKey worst = request.keys().get(0);
        for (RequestKey key : request.keys()) {
            worst = quarantine.rank(key) > quarantine.rank(worst) ? key : worst;
        }
        return worst;
    }

    /** The server has answered it. */
    void answered(PendingRequest request) {
        if (request.kind.mayBeUnknown()) {
            quarantine.proven(request.kind);
        }
        if (!quarantine.isEmpty()) {
            request.keys().forEach(quarantine::answered);
        }
    }

    /** Their answers were lost with a connection. */
    void lost(List<PendingRequest> requests) {
        List<RequestKey> unanswered = new ArrayList<>();
        requests.forEach(request -> unanswered.addAll(request.keys()));
        quarantine.broke(unanswered, ticker.nanos());
    }
}
