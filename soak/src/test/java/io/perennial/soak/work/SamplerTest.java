package io.perennial.soak.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.Lease;
import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.soak.history.Fact;
import io.perennial.soak.history.Histories;
import io.perennial.soak.history.HistoryWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplerTest {
    @TempDir
    Path directory;

    private HistoryWriter history;
    private Sampler sampler;
    private long generation = 1;
    private boolean leaseHeld = true;
    private final Mutex mutex = new Mutex();

    private static final class Mutex implements Claim {
        private boolean held = true;
        private long token;

        @Override
        public String what() {
            return "/mutex";
        }

        @Override
        public long token() {
            return token;
        }

        @Override
        public boolean isHeld() {
            return held;
        }

        @Override
        public long since() {
            return 5;
        }
    }

    @BeforeEach
    void begin() {
        history = new HistoryWriter(directory.resolve("history"));
        sampler = new Sampler(new Site(session(), false, history, new Churn(), new Figures()));
    }

    @Test
    void writesDownTheLastLookAtWhichALeaseWasHeld() {
        long before = System.nanoTime();
        sampler.look();
        long between = System.nanoTime();
        leaseHeld = false;
        sampler.look();
        sampler.look();

        assertThat(facts(Fact.Kind.LEASE)).singleElement().satisfies(fact -> {
            assertThat(fact.number(0)).isEqualTo(1);
            assertThat(fact.number(1)).isBetween(before, between);
        });
    }

    @Test
    void provesThatSomethingWasHeldFromAfterALookUntilBeforeAnother() {
        sampler.add(mutex);
        sampler.look();
        long first = System.nanoTime();
        long last = System.nanoTime();
        sampler.look();
        mutex.held = false;
        sampler.look();

        assertThat(facts(Fact.Kind.HELD)).singleElement().satisfies(fact -> {
            assertThat(fact.number(4)).isLessThanOrEqualTo(first);
            assertThat(fact.number(5)).isGreaterThanOrEqualTo(last);
            assertThat(fact.number(3)).isEqualTo(5);
        });
    }

    @Test
    void provesNothing_whenItWasLostInBetween() {
        sampler.add(mutex);
        sampler.look();
        mutex.token++;
        sampler.look();
        generation++;
        sampler.look();
        leaseHeld = false;
        sampler.look();

        assertThat(facts(Fact.Kind.HELD)).isEmpty();
    }

    private List<Fact> facts(Fact.Kind kind) {
        history.flush();
        List<Fact> facts = new ArrayList<>();
        Histories.read(directory.resolve("history"), facts::add);
        return facts.stream().filter(fact -> fact.kind() == kind).toList();
    }

    private ResilientSession session() {
        Lease lease = fake(Lease.class, method -> switch (method) {
            case "generation" -> generation;
            case "isHeld" -> leaseHeld;
            default -> throw new UnsupportedOperationException(method);
        });
        return fake(ResilientSession.class, method -> switch (method) {
            case "name" -> "w0s0";
            case "lease" -> lease;
            case "info" ->
                Optional.of(new SessionInfo(
                        generation, 7, Duration.ofSeconds(4), Duration.ofSeconds(4), null, Instant.EPOCH));
            default -> throw new UnsupportedOperationException(method);
        });
    }

    private static <T> T fake(Class<T> type, java.util.function.Function<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, args) -> answers.apply(method.getName())));
    }
}
