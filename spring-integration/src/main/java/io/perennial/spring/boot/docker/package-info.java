/**
 * Where a ZooKeeper server is that Docker Compose has started: what Spring Boot's Docker Compose support finds. Here is only
 * what needs that support on the class path.
 */
@NullMarked
package io.perennial.spring.boot.docker;

import org.jspecify.annotations.NullMarked;
