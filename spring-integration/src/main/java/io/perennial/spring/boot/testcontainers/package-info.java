/**
 * Where a ZooKeeper server is that runs in a container of Testcontainers: what {@code @ServiceConnection} finds. Here is only
 * what needs Testcontainers on the class path.
 */
@NullMarked
package io.perennial.spring.boot.testcontainers;

import org.jspecify.annotations.NullMarked;
