/** Auto-configuration for Spring Boot. */
@NullMarked
package io.perennial.spring.boot;

import org.jspecify.annotations.NullMarked;
