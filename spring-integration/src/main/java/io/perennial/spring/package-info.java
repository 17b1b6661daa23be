/**
 * Ties sessions to the life of a Spring application context, with or without Spring Boot: {@link
 * io.perennial.spring.EnablePerennial} switches it on. What a context does with a session at its start and end belongs
 * here, and the annotations that beans use; what only Spring Boot has is in {@code io.perennial.spring.boot}.
 */
@NullMarked
package io.perennial.spring;

import org.jspecify.annotations.NullMarked;
