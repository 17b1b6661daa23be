/**
 * Auto-configuration for Spring Boot: sessions from {@code perennial.*} properties. Here is what every application has; each
 * optional integration has a package of its own below, with one auto-configuration class for each library that it needs.
 */
@NullMarked
package io.perennial.spring.boot;

import org.jspecify.annotations.NullMarked;
