/**
 * Auto-configuration for Spring Boot: sessions from {@code perennial.*} properties. This package has what every
 * application uses; each optional integration has a separate package below, with one auto-configuration class for each
 * library that it needs.
 */
@NullMarked
package io.perennial.spring.boot;

import org.jspecify.annotations.NullMarked;
