/**
 * The application's own calls: retried by what repeating them would do, bound to a generation, with failures sorted by
 * what they mean. A class belongs here when it decides about a call's fate.
 */
@NullMarked
package io.perennial.operation;

import org.jspecify.annotations.NullMarked;
