/** Ties sessions to the life of a Tomcat web application. */
@NullMarked
package io.perennial.tomcat;

import org.jspecify.annotations.NullMarked;
