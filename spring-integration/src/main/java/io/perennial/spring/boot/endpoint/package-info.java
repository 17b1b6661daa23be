/**
 * The Actuator's endpoint {@code zookeepersessions}: {@link io.perennial.spring.boot.endpoint.SessionsEndpoint} shows
 * the sessions' reports. Code that shows everything known about a session belongs here; code that judges it is in
 * {@code io.perennial.spring.boot.health}.
 */
@NullMarked
package io.perennial.spring.boot.endpoint;

import org.jspecify.annotations.NullMarked;
