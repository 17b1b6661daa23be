/**
 * Watches, from a separate thread, what must not stand still: the engine, the callbacks, the lease, the handle. A class
 * belongs here when it notices that another part of the session has stopped.
 */
@NullMarked
package io.perennial.internal.watchdog;

import org.jspecify.annotations.NullMarked;
