/**
 * The engine that decides: the states and their transitions, what each event means in each state, and what must be
 * done. Values and decisions without threads or sockets, so that every event can be played in every state. A class
 * belongs here when it decides what happens to a session as a whole.
 */
@NullMarked
package io.perennial.internal.state;

import org.jspecify.annotations.NullMarked;
