/**
 * Sessions in the Actuator's health: one entry, {@code zookeeper}, read from memory, and a part in the application's
 * readiness for those who ask for it. What judges a session for the Actuator belongs here; what shows all that is known of it is in
 * {@code io.perennial.spring.boot.endpoint}.
 */
@NullMarked
package io.perennial.spring.boot.health;

import org.jspecify.annotations.NullMarked;
