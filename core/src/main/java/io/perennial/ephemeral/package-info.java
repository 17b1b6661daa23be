/**
 * The session's ephemeral nodes: registering them, their specification, and what a registered node reports. API only;
 * the code that makes the server agree with the registrations is in {@code io.perennial.internal.ephemeral}.
 */
@NullMarked
package io.perennial.ephemeral;

import org.jspecify.annotations.NullMarked;
