/**
 * What Spring Boot says when an application cannot start because of us: the exceptions for the mistakes that people make, and
 * their failure analyzers, which say what to change.
 */
@NullMarked
package io.perennial.spring.boot.diagnostics;

import org.jspecify.annotations.NullMarked;
