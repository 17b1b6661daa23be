/**
 * The ledger of the ephemeral nodes that are wanted, and the reconciler that makes the live session agree with it. A
 * class belongs here when it decides something about nodes that the session owns.
 *
 * <p>It is a staircase, where each step calls those below: {@code EphemeralNodes}; the {@code Reconciler}, from
 * attachment to attachment; the {@code ReconcilePass} of one attachment; the classes that do its work, such as {@code
 * Inspections} and {@code Creations}, which report upwards through {@code PassProgress} only; {@code PathOccupants} and
 * the {@code NodeLedger}; the {@code TrackedNode} with what is known of it and done about it.
 */
@NullMarked
package io.perennial.internal.ephemeral;

import org.jspecify.annotations.NullMarked;
