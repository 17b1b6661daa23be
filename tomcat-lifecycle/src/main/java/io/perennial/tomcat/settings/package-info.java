/**
 * A session's configuration as text, from any source: one name for each property of {@link
 * io.perennial.ResilientSession.Builder}, one way to write a value, one way to say what is wrong with it. A new
 * property of the builder gets a line in {@link io.perennial.tomcat.settings.SessionSettings}. Internal to the library.
 */
@NullMarked
package io.perennial.tomcat.settings;

import org.jspecify.annotations.NullMarked;
