/** Ties sessions to the life of a Spring application context. */
@NullMarked
package io.perennial.spring;

import org.jspecify.annotations.NullMarked;
