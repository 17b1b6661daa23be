/**
 * The application's own calls: the operations, what a call may do to the data, the fences, and what became of a
 * write. API only; what decides about a call's fate is in {@code io.perennial.internal.operation}.
 */
@NullMarked
package io.perennial.operation;

import org.jspecify.annotations.NullMarked;
