/**
 * The lease: the reckoning of how long the servers hold the session for certain, the heartbeat that renews it, the
 * pauses of this JVM, and what runs when it lapses. A class belongs here when it is about time and the session's
 * expiry.
 */
@NullMarked
package io.perennial.internal.lease;

import org.jspecify.annotations.NullMarked;
