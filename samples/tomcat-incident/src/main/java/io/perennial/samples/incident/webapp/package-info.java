/**
 * The web applications. These classes are copied into their {@code WEB-INF/classes}; none of them knows the program
 * around it.
 */
@NullMarked
package io.perennial.samples.incident.webapp;

import org.jspecify.annotations.NullMarked;
