/**
 * The session's ephemeral nodes: the API, the ledger of what is wanted, and the reconciler that makes the live session
 * agree with it. A class belongs here when it decides something about nodes that the session owns.
 */
@NullMarked
package io.perennial.ephemeral;

import org.jspecify.annotations.NullMarked;
