/**
 * The Actuator's endpoint {@code zookeepersessions}: {@link io.perennial.spring.boot.endpoint.SessionsEndpoint} shows the
 * sessions' reports. What shows all that is known of a session belongs here; what judges it is in {@code
 * io.perennial.spring.boot.health}.
 */
@NullMarked
package io.perennial.spring.boot.endpoint;

import org.jspecify.annotations.NullMarked;
