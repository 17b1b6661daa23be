/**
 * Who owns a session and whether the owner still lives: class loaders, web applications, the JVM; and the classes to
 * load before the owner ends. A class belongs here when it is about the host that a session must not outlive.
 */
@NullMarked
package io.perennial.internal.owner;

import org.jspecify.annotations.NullMarked;
