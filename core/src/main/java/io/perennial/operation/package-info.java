/**
 * The application's calls: the operations, what repeating a call would do, the fences, and what became of a write. API
 * only; the code that carries calls out is in {@code io.perennial.internal.operation}.
 */
@NullMarked
package io.perennial.operation;

import org.jspecify.annotations.NullMarked;
