/**
 * Real faults for tests of applications that use ZooKeeper: servers that die, stall or forget, networks that cut or
 * fall silent, acknowledgements that never arrive, JVMs that stop; and assertions that wait until an application has
 * come back. {@link io.perennial.test.ZooKeeperTest} gives all of it to JUnit tests, {@link
 * io.perennial.test.ZooKeeperServers} to others.
 *
 * <p>Only {@link io.perennial.test.PerennialAssertions} and the types that it returns know Perennial's own classes, so
 * the tools serve any ZooKeeper client, including plain Curator. A class belongs here when it makes a fault happen, or
 * observes from outside what the fault has left behind.
 */
@NullMarked
package io.perennial.test;

import org.jspecify.annotations.NullMarked;
