/**
 * Faults for tests of applications that use ZooKeeper, for real: servers that die, stall or forget, networks that cut
 * or fall silent, acknowledgements that never arrive, JVMs that stop; and assertions that wait until an application has
 * come back. {@link io.perennial.test.ZooKeeperServers} is where to begin.
 *
 * <p>Nothing here knows Perennial's own classes, so the tools serve any ZooKeeper client, plain Curator among them. A class belongs here when it makes a fault happen, or
 * observes from outside what the fault has left behind.
 */
@NullMarked
package io.perennial.test;

import org.jspecify.annotations.NullMarked;
