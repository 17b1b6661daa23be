/**
 * The lease: how long the servers are certain to hold the session, the heartbeat that renews it, the pauses of this
 * JVM, and what runs when it lapses. A class belongs here when it is about time and the session's expiry.
 */
@NullMarked
package io.perennial.internal.lease;

import org.jspecify.annotations.NullMarked;
