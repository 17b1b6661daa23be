/**
 * Ties a session to the life of a Tomcat web application: by a listener ({@link
 * io.perennial.tomcat.ResilientSessionListener}), by just the jar and a context parameter ({@link
 * io.perennial.tomcat.PerennialInitializer}), or by JNDI ({@link io.perennial.tomcat.ResilientSessionFactory}). Each of
 * them reads its configuration with {@code settings} and ends what it made. What must work without any of them, the
 * session's own check of its owner, is in the core; what ends other clients is in {@code reaper}.
 */
@NullMarked
package io.perennial.tomcat;

import org.jspecify.annotations.NullMarked;
