/**
 * The ledger of the ephemeral nodes that are wanted, and the reconciler that makes the live session agree with it. A
 * class belongs here when it decides something about nodes that the session owns.
 */
@NullMarked
package io.perennial.internal.ephemeral;

import org.jspecify.annotations.NullMarked;
