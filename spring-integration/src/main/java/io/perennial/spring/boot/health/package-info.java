/**
 * Sessions in the Actuator's health: one entry, {@code zookeeper}, read from memory, and, if enabled, a part of the
 * application's readiness. Code that judges a session for the Actuator belongs here; code that shows everything known
 * about it is in {@code io.perennial.spring.boot.endpoint}.
 */
@NullMarked
package io.perennial.spring.boot.health;

import org.jspecify.annotations.NullMarked;
