/**
 * Produces the faults that the integration tests need, for real: servers that die, stall or forget, networks that cut
 * or fall silent, acknowledgements that never arrive, JVMs that stop. Nothing here knows Perennial's own classes, so
 * the same tools serve every module and can be pointed at any ZooKeeper client. A class belongs here when it makes a
 * fault happen or observes, from outside the library, what the fault has left behind.
 */
package io.perennial.test;
