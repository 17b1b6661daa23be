/**
 * The management bean of a session, as JConsole and its like show it. API only; {@code io.perennial.internal.jmx}
 * registers it.
 */
@NullMarked
package io.perennial.jmx;

import org.jspecify.annotations.NullMarked;
