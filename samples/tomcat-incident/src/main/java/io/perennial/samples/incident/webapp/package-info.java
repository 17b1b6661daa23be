/**
 * The web applications. What is here is copied into their {@code WEB-INF/classes}; nothing in it knows of the program
 * around it.
 */
@NullMarked
package io.perennial.samples.incident.webapp;

import org.jspecify.annotations.NullMarked;
