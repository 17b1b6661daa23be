/**
 * Sessions as management beans. {@link io.perennial.jmx.SessionMXBean} is what JConsole and its like show; {@link
 * io.perennial.jmx.SessionRegistration} puts a session's bean into the platform's MBean server and takes it out. What people look
 * at while a session runs belongs here; what is written down for later is told by events.
 */
@NullMarked
package io.perennial.jmx;

import org.jspecify.annotations.NullMarked;
