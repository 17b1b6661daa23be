package io.perennial.internal.protocol;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which requests were unanswered when connections broke, and what those deserve. Some requests break every
 * connection on which they are sent (an answer or a request longer than a side accepts, an operation that the server does
 * not know), and nothing tells them from those that were under way beside them. So who was unanswered twice is suspect:
 * suspects are sent after everything else, in groups that get smaller with each loss, in the end alone. Who was
 * unanswered three times, two of them alone, is refused, and tried again alone and ever more rarely. An answer, whatever
 * it says, clears; so cut connections and dying servers convict nobody but whom they hit alone again and again.
 *
 * <p>One for each session: it outlives connections, handles and server sessions. Reckons, and nothing else: not
 * thread-safe, no clock of its own.
 */
public final class Quarantine {
    private static final int LOSSES_OF_SUSPECTS = 2;
    private static final int LOSSES_OF_REFUSED = 3;
    private static final int LOSSES_ALONE_OF_REFUSED = 2;
    /** Into so many a lost group is divided: a round trip for each is cheaper than another reconnect. */
    private static final int DIVISIONS = 32;
    /**
     * So many connections may be spent on finding culprits; then one more in each so long time. On retrying them fewer,
     * seven a minute: or those who are only suspect would wait behind them, innocent ones among them.
     */
    private static final int TRIALS_LOST_AT_ONCE = 12;

    private static final int RETRIES_LOST_AT_ONCE = 3;

    private static final long BETWEEN_LOST_TRIALS = Duration.ofSeconds(10).toNanos();
    private static final long BETWEEN_LOST_RETRIES = Duration.ofSeconds(15).toNanos();
    private static final long FIRST_RETRY = Duration.ofSeconds(10).toNanos();
    private static final long LAST_RETRY = Duration.ofMinutes(5).toNanos();
    private static final long FORGOTTEN_AFTER = Duration.ofMinutes(15).toNanos();
    /** Of more than so many the longest untouched are forgotten, but none that is refused: some 4 MB. */
    static final int MOST_REMEMBERED = 20_000;

    private final int maxAnswer;
    private final RandomGenerator random;
    /** The longest untouched first: whoever still wants something is asked for at each connection. */
    private final Map<RequestKey, Suspicion> suspicions = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<RequestKind, Retry> unknown = new EnumMap<>(RequestKind.class);
    private final Set<RequestKind> known = EnumSet.noneOf(RequestKind.class);
    /** When all connections are made up for that broke with one suspect under way; null when none did. */
    private @Nullable Long trialsPaidAt;
    /** The same of those that broke over what was refused already, or of a kind known to be unknown. */
    private @Nullable Long retriesPaidAt;

    private final AtomicInteger trialsLost = new AtomicInteger();

    /** What a request deserves. */
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
     */
    public record Refusal(String reason, Duration retryIn) {
        /**
         * The reason, and what becomes of the request.
         *
         * @return sentences for people
         */
        public String sentence() {
            return reason + " It is left out and tried again alone, the next time in "
                    + Math.max(1, retryIn.toSeconds()) + " s, then more and more rarely";
        }
    }

    /** When what is refused is tried again. */
    private static final class Retry {
        private int attempts;
        private long due;

        private void failed(long now, RandomGenerator random) {
            long bound = Math.min(LAST_RETRY, FIRST_RETRY << Math.min(attempts, 10));
            attempts++;
            due = now + bound * 3 / 4 + random.nextLong(bound / 2);
        }

        private boolean isDue(long now) {
            return now - due >= 0;
        }
    }

    private static final class Suspicion {
        private int losses;
        private int lossesAlone;
        /** The least number that it was lost with. */
        private int group = Integer.MAX_VALUE;

        private long touched;
        private @Nullable Retry refused;

        private boolean isSuspect() {
            return losses >= LOSSES_OF_SUSPECTS;
        }

        private void doubt() {
            losses = 1;
            lossesAlone = 0;
            group = Integer.MAX_VALUE;
        }

        private void acquit() {
            losses = 0;
            lossesAlone = 0;
            group = Integer.MAX_VALUE;
            refused = null;
        }
    }

    /**
     * Makes one, with nobody in it.
     *
     * @param maxAnswer how many bytes an answer may have, for people
     */
    public Quarantine(int maxAnswer) {
        this(maxAnswer, () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * Makes one, with nobody in it.
     *
     * @param maxAnswer how many bytes an answer may have, for people
     * @param random where delays are drawn
     */
    public Quarantine(int maxAnswer, RandomGenerator random) {
        this.maxAnswer = maxAnswer;
        this.random = random;
    }

    /**
     * Whether there is no request but deserves to be sent with others, as mostly.
     *
     * @return true when nothing need be asked
     */
    public boolean isEmpty() {
        return suspicions.isEmpty() && unknown.isEmpty();
    }

    /**
     * Whether a request is to go alone only because no server has answered one of its kind yet.
     *
     * @param kind the kind
     * @return whether it is
     */
    public boolean isUnproven(RequestKind kind) {
        return kind.mayBeUnknown() && !known.contains(kind);
    }

    /**
     * Whether the server has said that it does not know that kind of request, and is not to be asked again yet.
     *
     * @param kind the kind
     * @return whether it has
     */
    public boolean isUnknown(RequestKind kind) {
        return unknown.containsKey(kind);
    }

    /**
     * What a request deserves.
     *
     * @param key the request
     * @param now by the session's ticker, in nanoseconds
     * @return the verdict
     */
    public Verdict verdict(RequestKey key, long now) {
        Retry kind = unknown.get(key.kind());
        if (kind != null && (!kind.isDue(now) || untilNextRetry(now) > 0)) {
            return Verdict.REFUSED;
        }
        Suspicion suspicion = suspicions.get(key);
        if (suspicion == null) {
            return Verdict.FREE;
        }
        if (suspicion.losses > 0) {
            suspicion.touched = now;
        }
        if (suspicion.refused != null && !suspicion.refused.isDue(now)) {
            return Verdict.REFUSED;
        }
        if (!suspicion.isSuspect()) {
            return Verdict.FREE;
        }
        return groupLimit(key) == 1 && untilNextTrial(suspicion, now) > 0 ? Verdict.REFUSED : Verdict.SUSPECT;
    }

    /**
     * Whether a request goes apart from others of its batch: it was suspect lately. What breaks a connection together may
     * well pass apart.
     *
     * @param key the request
     * @param now by the session's ticker, in nanoseconds
     * @return whether it does
     */
    public boolean goesApart(RequestKey key, long now) {
        Suspicion suspicion = suspicions.get(key);
        if (suspicion != null && suspicion.losses == 0 && isForgotten(suspicion, now)) {
            suspicions.remove(key);
            return false;
        }
        return suspicion != null && suspicion.losses != 1;
    }

    /**
     * With how many others a suspect may be sent.
     *
     * @param key the request
     * @return 1 or more, itself included
     */
    public int groupLimit(RequestKey key) {
        Suspicion suspicion = suspicions.get(key);
        if (suspicion == null) {
            return Integer.MAX_VALUE;
        }
        return suspicion.refused != null ? 1 : Math.max(1, suspicion.group / DIVISIONS);
    }

    /**
     * How suspect a request is: the less suspect go first.
     *
     * @param key the request
     * @return the losses, and more for what was refused
     */
    public int rank(RequestKey key) {
        Suspicion suspicion = suspicions.get(key);
        if (suspicion == null) {
            return 0;
        }
        return suspicion.refused == null ? suspicion.losses + suspicion.lossesAlone : Integer.MAX_VALUE;
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
        if (suspicion.refused != null) {
            othersAreDue(key.kind(), suspicion.touched);
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
        if (kind.mayBeUnknown()) {
            known.add(kind);
            unknown.remove(kind);
        }
    }

    /** The cause is mostly the same for all of a kind: when it has gone for one they need not wait. */
    private void othersAreDue(RequestKind kind, long now) {
        suspicions.forEach((key, suspicion) -> {
            if (key.kind() == kind && suspicion.refused != null) {
                suspicion.refused.due = now;
            }
        });
    }

    /**
     * A server answered that it does not know that kind of request. It has hung up on it, too.
     *
     * @param kind the kind
     * @param now by the session's ticker, in nanoseconds
     */
    public void unimplemented(RequestKind kind, long now) {
        known.remove(kind);
        pay(unknown.containsKey(kind), now);
        unknown.computeIfAbsent(kind, k -> new Retry()).failed(now, random);
    }

    /**
     * A connection broke.
     *
     * @param unanswered the requests whose answers it took along
     * @param now by the session's ticker, in nanoseconds
     */
    public void broke(Collection<RequestKey> unanswered, long now) {
        suspicions.values().removeIf(suspicion -> isForgotten(suspicion, now));
        if (!unanswered.isEmpty() && unanswered.stream().allMatch(this::isSuspect)) {
            trialsLost.incrementAndGet();
        }
        boolean alone = unanswered.size() == 1;
        for (RequestKey key : unanswered) {
            Suspicion suspicion = suspicions.computeIfAbsent(key, k -> new Suspicion());
            suspicion.touched = now;
            suspicion.losses++;
            suspicion.group = Math.min(suspicion.group, unanswered.size());
            known.remove(key.kind()); // it may be another server that answers next
            if (alone) {
                lostAlone(key, suspicion, now);
            }
        }
        forgetAbove(Math.max(MOST_REMEMBERED, 2 * unanswered.size()));
    }

    /** Requests that nobody makes any more are asked for no more; those of a busy caller would fill the memory. */
    private void forgetAbove(int most) {
        Iterator<Suspicion> longestUntouched = suspicions.values().iterator();
        while (suspicions.size() > most && longestUntouched.hasNext()) {
            if (longestUntouched.next().refused == null) {
                longestUntouched.remove();
            }
        }
    }

    /**
     * A connection broke on which nothing was under way: so connections break for other reasons, too, and whoever is
     * suspect only, and not refused, may be innocent. Together they are done at once; if not, one of them is to blame.
     * Of the refused it shows nothing: what their retries have cost is still to be made up for.
     */
    public void brokeIdle() {
        trialsPaidAt = retriesPaidAt;
        suspicions.values().stream()
                .filter(suspicion -> suspicion.refused == null && suspicion.isSuspect())
                .forEach(Suspicion::doubt);
    }

    private boolean isSuspect(RequestKey key) {
        Suspicion suspicion = suspicions.get(key);
        return suspicion != null && suspicion.isSuspect();
    }

    /**
     * How many connections broke with nobody under way but suspects: whoever else was there is not to blame. From any
     * thread, unlike the rest.
     *
     * @return their number
     */
    public int trialsLost() {
        return trialsLost.get();
    }

    private void lostAlone(RequestKey key, Suspicion suspicion, long now) {
        suspicion.lossesAlone++;
        if (suspicion.isSuspect()) {
            pay(suspicion.refused != null, now);
        }
        if (suspicion.losses >= LOSSES_OF_REFUSED && suspicion.lossesAlone >= LOSSES_ALONE_OF_REFUSED) {
            refuse(key.kind(), suspicion, now);
        }
    }

    private void pay(boolean retry, long now) {
        long price = retry ? BETWEEN_LOST_RETRIES : BETWEEN_LOST_TRIALS;
        trialsPaidAt = later(trialsPaidAt, now) + price;
        if (retry) {
            retriesPaidAt = later(retriesPaidAt, now) + price;
        }
    }

    private static long later(@Nullable Long paid, long now) {
        return paid == null || paid - now < 0 ? now : paid;
    }

    /** Others of its kind that are refused are not tried before: what breaks the one will mostly break the other. */
    private void refuse(RequestKind kind, Suspicion suspicion, long now) {
        Retry retry = suspicion.refused == null ? new Retry() : suspicion.refused;
        suspicion.refused = retry;
        retry.failed(now, random);
        suspicions.forEach((key, other) -> {
            if (key.kind() == kind && other.refused != null && other.refused.due - retry.due < 0) {
                other.refused.due = retry.due;
                other.refused.attempts = Math.max(other.refused.attempts, retry.attempts);
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
        Retry kind = unknown.get(key.kind());
        if (kind != null) {
            return refusal(key.kind().unknown(key.path()) + ".", Math.max(untilNextRetry(now), kind.due - now));
        }
        Suspicion suspicion = suspicions.get(key);
        Retry retry = suspicion == null ? null : suspicion.refused;
        long trialIn = untilNextTrial(suspicion, now);
        String sentence = key.kind().breaks(key.path(), key.bytes(), maxAnswer);
        return retry == null
                ? refusal(sentence + " Or another request does, or the network: that is not known yet.", trialIn)
                : refusal(sentence, Math.max(trialIn, retry.due - now));
    }

    private static Refusal refusal(String reason, long nanos) {
        return new Refusal(
                reason, Duration.ofMillis(Math.max(1, Duration.ofNanos(nanos).toMillis() + 1)));
    }

    private long untilNextTrial(@Nullable Suspicion of, long now) {
        return of == null || of.refused == null
                ? untilPaid((TRIALS_LOST_AT_ONCE - 1) * BETWEEN_LOST_TRIALS, now)
                : untilNextRetry(now);
    }

    private long untilNextRetry(long now) {
        return untilPaid((RETRIES_LOST_AT_ONCE - 1) * BETWEEN_LOST_RETRIES, now);
    }

    /** How long until no more than the credit is still to be made up for. */
    private long untilPaid(long credit, long now) {
        Long paid = trialsPaidAt;
        return paid == null ? 0 : Math.max(0, paid - now - credit);
    }

    private static boolean isForgotten(Suspicion suspicion, long now) {
        return now - suspicion.touched >= FORGOTTEN_AFTER;
    }
}
