/**
 * What the samples run against: a ZooKeeper server in their own JVM, and the network before it, which can be cut. A class
 * belongs here when a second sample needs it to make real trouble.
 */
@NullMarked
package io.perennial.samples.server;

import org.jspecify.annotations.NullMarked;
