/**
 * The session's ephemeral nodes: registering them, their specification, and what a registered node reports. API only;
 * what makes the live session agree with what is registered is in {@code io.perennial.internal.ephemeral}.
 */
@NullMarked
package io.perennial.ephemeral;

import org.jspecify.annotations.NullMarked;
