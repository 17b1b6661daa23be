/**
 * The address of a ZooKeeper server that runs in a container of Testcontainers: what {@code @ServiceConnection} finds.
 * This package has only what needs Testcontainers on the class path.
 */
@NullMarked
package io.perennial.spring.boot.testcontainers;

import org.jspecify.annotations.NullMarked;
