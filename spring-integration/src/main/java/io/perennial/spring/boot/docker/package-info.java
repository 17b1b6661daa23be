/**
 * The address of a ZooKeeper server that Docker Compose has started: what Spring Boot's Docker Compose support finds.
 * This package has only what needs that support on the class path.
 */
@NullMarked
package io.perennial.spring.boot.docker;

import org.jspecify.annotations.NullMarked;
