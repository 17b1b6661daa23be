/**
 * A ZooKeeper for tests of Spring Boot applications, as one annotation: {@link
 * io.perennial.spring.boot.test.AutoConfigurePerennialTest}. This package has only what needs {@code perennial-test} on
 * the class path.
 */
@NullMarked
package io.perennial.spring.boot.test;

import org.jspecify.annotations.NullMarked;
