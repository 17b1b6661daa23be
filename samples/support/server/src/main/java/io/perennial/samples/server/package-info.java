/**
 * What the samples run against: a ZooKeeper server in their own JVM, and the network in front of it, which can be cut.
 * A class belongs here when a second sample needs it to cause real faults.
 */
@NullMarked
package io.perennial.samples.server;

import org.jspecify.annotations.NullMarked;
