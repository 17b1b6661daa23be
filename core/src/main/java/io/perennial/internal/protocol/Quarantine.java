package io.perennial.internal.protocol;

import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which requests were unanswered when connections broke, and what treatment those deserve. Some requests
 * break every connection on which they are sent (an answer or a request longer than a side accepts, an operation that
 * the server does not know), and nothing distinguishes them from those that were under way beside them. So a request
 * that was unanswered twice is suspect: suspects are sent after everything else, in groups that get smaller with each
 * loss, in the end alone. One that was unanswered three times, two of them alone, is refused, and retried alone and
 * ever more rarely. An answer, whatever it says, clears a request; so cut connections and dying servers convict only a
 * request that they hit alone again and again.
 *
 * <p>One for each session: it outlives connections, handles and server sessions. It only computes: not thread-safe, no
 * clock.
 */
public final class Quarantine {
    /** Above this number the longest untouched are forgotten, but none that is refused: some 4 MB. */
    static final int MOST_REMEMBERED = 20_000;

    /** Whether a newer server has answered meanwhile: that costs no request. */
    private static final Duration UNKNOWN_LOOKED_AT_AGAIN = Duration.ofMinutes(1);

    private final int maxAnswer;
    private final RandomGenerator random;
    /** The longest untouched first: what is still wanted is asked for at each connection. */
    private final Map<RequestKey, Suspicion> suspicions = new LinkedHashMap<>(16, 0.75f, true);

    private final ServerKnowledge servers;
    private final TrialBudget budget = new TrialBudget();
    private final AtomicInteger trialsLost = new AtomicInteger();

    /** What treatment a request deserves. */
    public enum Verdict {
        /** It may be sent with others. */
        FREE,
        /** It is to be sent after everything else, with few others or alone. */
        SUSPECT,
        /** It is not to be sent now. */
        REFUSED
    }

    /**
     * Why a request was not sent.
     *
     * @param reason a sentence for people: names the request, says what to do
     * @param retryIn when it may be sent again
     * @param unknown whether the server does not know such requests
     */
    public record Refusal(String reason, Duration retryIn, boolean unknown) {
        /**
         * The reason, and what becomes of the request.
         *
         * @return sentences for people
         */
        public String sentence() {
            return unknown
                    ? reason + " It is left out until a newer one answers"
                    : reason + " It is left out and retried alone, next in " + Math.max(1, retryIn.toSeconds())
                            + " s, then less and less often";
        }
    }

    /**
     * Creates an empty one, and knows nothing of the servers.
     *
     * @param maxAnswer how many bytes an answer may have, for people
     */
    public Quarantine(int maxAnswer) {
        this(maxAnswer, new ServerKnowledge());
    }

    /**
     * Creates an empty one.
     *
     * @param maxAnswer how many bytes an answer may have, for people
     * @param servers what the session knows of its servers
     */
    public Quarantine(int maxAnswer, ServerKnowledge servers) {
        this(maxAnswer, servers, () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * Creates an empty one.
     *
     * @param maxAnswer how many bytes an answer may have, for people
     * @param servers what the session knows of its servers
     * @param random where delays are drawn
     */
    public Quarantine(int maxAnswer, ServerKnowledge servers, RandomGenerator random) {
        this.maxAnswer = maxAnswer;
        this.servers = servers;
        this.random = random;
    }

    /**
     * Whether every request deserves to be sent with others, as is mostly the case.
     *
     * @return true when nothing need be asked
     */
    public boolean isEmpty() {
        return suspicions.isEmpty() && servers.isComplete();
    }

    /**
     * Whether any request is suspected of breaking connections.
     *
     * @return false when requests keep their order
     */
    public boolean hasSuspects() {
        return !suspicions.isEmpty();
    }

    /**
     * Whether a request is to go alone only because no server has answered one of its kind yet.
     *
     * @param kind the kind
     * @return whether it is
     */
    public boolean isUnproven(RequestKind kind) {
        return !servers.isProven(kind);
    }

    /**
     * Whether a server is known not to know that kind of request.
     *
     * @param kind the kind
     * @return whether it is
     */
    public boolean isUnknown(RequestKind kind) {
        return servers.isUnknown(kind);
    }

    /**
     * What treatment a request deserves.
     *
     * @param key the request
     * @param now by the session's ticker, in nanoseconds
     * @return the verdict
     */
    public Verdict verdict(RequestKey key, long now) {
        if (servers.isUnknown(key.kind())) {
            return Verdict.REFUSED;
        }
        Suspicion suspicion = suspicions.get(key);
        if (suspicion == null) {
            return Verdict.FREE;
        }
        suspicion.askedFor(now);
        RetryTime retry = suspicion.retry();
        if (retry != null && !retry.isDue(now)) {
            return Verdict.REFUSED;
        }
        if (!suspicion.isSuspect()) {
            return Verdict.FREE;
        }
        return suspicion.groupLimit() == 1 && untilTrial(suspicion, now) > 0 ? Verdict.REFUSED : Verdict.SUSPECT;
    }

    /**
     * Whether a request goes apart from others of its batch: it was suspect recently. Requests that break a connection
     * together may well pass apart.
     *
     * @param key the request
     * @param now by the session's ticker, in nanoseconds
     * @return whether it does
     */
    public boolean goesApart(RequestKey key, long now) {
        Suspicion suspicion = suspicions.get(key);
        if (suspicion != null && suspicion.isAcquitted() && suspicion.isForgotten(now)) {
            suspicions.remove(key);
            return false;
        }
        return suspicion != null && suspicion.goesApart();
    }

    /**
     * How many requests may be sent together with a suspect.
     *
     * @param key the request
     * @return 1 or more, itself included
     */
    public int groupLimit(RequestKey key) {
        Suspicion suspicion = suspicions.get(key);
        return suspicion == null ? Integer.MAX_VALUE : suspicion.groupLimit();
    }

    /**
     * How suspect a request is: the less suspect go first.
     *
     * @param key the request
     * @return the losses, and more for what was refused
     */
    public int rank(RequestKey key) {
        Suspicion suspicion = suspicions.get(key);
        return suspicion == null ? 0 : suspicion.rank();
    }

    /**
     * A server answered, whatever it said but UNIMPLEMENTED.
     *
     * @param key the request
     */
    public void answered(RequestKey key) {
        proven(key.kind());
        Suspicion suspicion = suspicions.get(key);
        if (suspicion == null) {
            return;
        }
        if (suspicion.isRefused()) {
            othersAreDue(key.kind(), suspicion.touched());
        }
        if (suspicion.isSuspect() && key.kind() == RequestKind.CREATE) {
            suspicion.acquit(); // goes apart from now on
        } else {
            suspicions.remove(key);
        }
    }

    /**
     * A server answered a request of that kind, whatever it said but UNIMPLEMENTED.
     *
     * @param kind the kind
     */
    public void proven(RequestKind kind) {
        servers.answered(kind);
    }

    /** The cause is mostly the same for all of a kind: when it is gone for one, the others need not wait. */
    private void othersAreDue(RequestKind kind, long now) {
        suspicions.forEach((key, suspicion) -> {
            RetryTime retry = suspicion.retry();
            if (key.kind() == kind && retry != null) {
                retry.setDue(now);
            }
        });
    }

    /**
     * A server answered that it does not know that kind of request. It has hung up as well.
     *
     * @param kind the kind
     * @param now by the session's ticker, in nanoseconds
     */
    public void unimplemented(RequestKind kind, long now) {
        pay(servers.isUnknown(kind), now);
        servers.unimplemented(kind, now);
    }

    /**
     * A connection broke.
     *
     * @param unanswered the requests whose answers were lost with it
     * @param now by the session's ticker, in nanoseconds
     */
    public void broke(Collection<RequestKey> unanswered, long now) {
        suspicions.values().removeIf(suspicion -> suspicion.isForgotten(now));
        if (!unanswered.isEmpty() && unanswered.stream().allMatch(this::isSuspect)) {
            trialsLost.incrementAndGet();
        }
        boolean alone = unanswered.size() == 1;
        for (RequestKey key : unanswered) {
            Suspicion suspicion = suspicions.computeIfAbsent(key, k -> new Suspicion());
            suspicion.lost(unanswered.size(), now);
            servers.lost(key.kind());
            if (alone) {
                lostAlone(key, suspicion, now);
            }
        }
        forgetAbove(Math.max(MOST_REMEMBERED, 2 * unanswered.size()));
    }

    /** Requests that are no longer made are no longer asked for; those of a busy caller would fill the memory. */
    private void forgetAbove(int most) {
        Iterator<Suspicion> longestUntouched = suspicions.values().iterator();
        while (suspicions.size() > most && longestUntouched.hasNext()) {
            if (!longestUntouched.next().isRefused()) {
                longestUntouched.remove();
            }
        }
    }

    /**
     * A connection broke on which nothing was under way: so connections break for other reasons, too, and requests that
     * are only suspect, not refused, may be innocent. Together they are done at once; if not, one of them is to blame.
     * It shows nothing about refused ones: what their retries have cost must still be made up for.
     */
    public void brokeIdle() {
        budget.forgiveTrials();
        suspicions.values().stream()
                .filter(suspicion -> !suspicion.isRefused() && suspicion.isSuspect())
                .forEach(Suspicion::doubt);
    }

    private boolean isSuspect(RequestKey key) {
        Suspicion suspicion = suspicions.get(key);
        return suspicion != null && suspicion.isSuspect();
    }

    /**
     * How many connections broke with only suspects under way: nothing else that was there is to blame. From any
     * thread, unlike the rest.
     *
     * @return their number
     */
    public int trialsLost() {
        return trialsLost.get();
    }

    private void lostAlone(RequestKey key, Suspicion suspicion, long now) {
        if (suspicion.isSuspect()) {
            pay(suspicion.isRefused(), now);
        }
        if (suspicion.isConvicted()) {
            refuse(key.kind(), suspicion, now);
        }
    }

    private void pay(boolean retry, long now) {
        if (retry) {
            budget.retryLost(now);
        } else {
            budget.trialLost(now);
        }
    }

    /**
     * Others of its kind that are refused are not retried before it: what breaks the one will mostly break the other.
     */
    private void refuse(RequestKind kind, Suspicion suspicion, long now) {
        RetryTime latest = suspicion.refuse(now, random);
        suspicions.forEach((key, other) -> {
            RetryTime retry = other.retry();
            if (key.kind() == kind && retry != null) {
                retry.notBefore(latest);
            }
        });
    }

    /**
     * Why a request is refused.
     *
     * @param key one for which {@link #verdict} says so, or whose kind the server does not know
     * @param now by the session's ticker, in nanoseconds
     * @return the refusal
     */
    public Refusal refusal(RequestKey key, long now) {
        if (servers.isUnknown(key.kind())) {
            return new Refusal(key.kind().unknown(key.path(), servers) + ".", UNKNOWN_LOOKED_AT_AGAIN, true);
        }
        Suspicion suspicion = suspicions.get(key);
        RetryTime retry = suspicion == null ? null : suspicion.retry();
        long trialIn = untilTrial(suspicion, now);
        String sentence = key.kind().breaks(key.path(), key.bytes(), maxAnswer);
        return retry == null
                ? refusal(sentence + " Or another request breaks it, or the network: that is not known yet.", trialIn)
                : refusal(sentence, Math.max(trialIn, retry.until(now)));
    }

    private static Refusal refusal(String reason, long nanos) {
        return new Refusal(
                reason, Duration.ofMillis(Math.max(1, Duration.ofNanos(nanos).toMillis() + 1)), false);
    }

    private long untilTrial(@Nullable Suspicion of, long now) {
        return of == null || !of.isRefused() ? budget.untilTrial(now) : budget.untilRetry(now);
    }
}
