/**
 * What Spring Boot prints when an application cannot start because of Perennial: the exceptions for common mistakes,
 * and their failure analyzers, which say what to change.
 */
@NullMarked
package io.perennial.spring.boot.diagnostics;

import org.jspecify.annotations.NullMarked;
