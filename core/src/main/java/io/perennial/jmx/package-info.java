/**
 * The management bean of a session, as JConsole and similar tools show it. API only; {@code io.perennial.internal.jmx}
 * registers it.
 */
@NullMarked
package io.perennial.jmx;

import org.jspecify.annotations.NullMarked;
