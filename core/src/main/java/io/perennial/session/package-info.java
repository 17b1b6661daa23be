/**
 * The session itself: builder, state machine, handle replacement, lease, close. A class belongs here when it decides
 * what happens to a session as a whole; what it restores lives in the packages for nodes and watches.
 */
@NullMarked
package io.perennial.session;

import org.jspecify.annotations.NullMarked;
