/**
 * Spring Cloud Zookeeper on a Perennial session: its discovery, configuration and customizers run on the application's
 * {@code CuratorFramework}, and the client that it makes before there is a context is Perennial's too, so that it ends.
 */
@NullMarked
package io.perennial.spring.boot.cloud;

import org.jspecify.annotations.NullMarked;
