/**
 * What decides the fate of an application's call: attempts, deadlines, retries, and finding out what became of a write
 * whose acknowledgement was lost. A class belongs here when it is about one call, from the caller to the outcome.
 */
@NullMarked
package io.perennial.internal.operation;

import org.jspecify.annotations.NullMarked;
