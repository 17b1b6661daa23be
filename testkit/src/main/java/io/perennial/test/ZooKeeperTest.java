package io.perennial.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * JUnit tests with a ZooKeeper: a parameter of a test method, of {@code @BeforeEach} or of {@code @BeforeAll} is enough
 * to get one.
 *
 * <table>
 * <caption>What a parameter gets, by its type</caption>
 * <tr><td>{@link EmbeddedServer}, {@link ServerProcess}, {@link ZooKeeperEnsemble}</td><td>a running one</td></tr>
 * <tr><td>{@link ZooKeeperService}</td><td>the one that this test or its class has asked for; otherwise an embedded
 *     server</td></tr>
 * <tr><td>{@link FaultNetwork}</td><td>a network in front of that</td></tr>
 * <tr><td>{@link FaultProxy}</td><td>that network's proxy in front of the first server</td></tr>
 * <tr><td>{@link IndependentClient}</td><td>an observer that bypasses the network</td></tr>
 * </table>
 *
 * <p>Within a test, parameters of the same type get the same thing. What {@code @BeforeAll} has asked for lives as long
 * as the class and serves all its tests; everything else is made for one test and closed after it. Then a test fails if
 * it has left a thread of a ZooKeeper client, of Curator or of Perennial, or a connection to its servers, that does not
 * end within ten seconds (connections: five). Needs JUnit 5.13 or later.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ZooKeeperExtension.class)
public @interface ZooKeeperTest {
    /**
     * How many servers an ensemble has.
     *
     * @return an odd number
     */
    int ensembleSize() default 3;

    /**
     * ZooKeeper's unit of time, and the interval at which servers look for expired sessions.
     *
     * @return in milliseconds
     */
    int tickTimeMillis() default 500;

    /**
     * Servers silently grant no less than this.
     *
     * @return the least session timeout, in milliseconds
     */
    int minSessionTimeoutMillis() default 500;

    /**
     * Servers silently grant no more than this.
     *
     * @return the greatest session timeout, in milliseconds
     */
    int maxSessionTimeoutMillis() default 60_000;

    /**
     * Whether a test that leaves threads or connections fails.
     *
     * @return false to let it pass
     */
    boolean checkLeaks() default true;
}
