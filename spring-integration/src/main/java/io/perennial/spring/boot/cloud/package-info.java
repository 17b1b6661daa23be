/**
 * Spring Cloud Zookeeper on our session: its discovery, configuration and customizers run on the application's {@code
 * CuratorFramework}, and the client that it makes before there is a context is ours too, so that it ends.
 */
@NullMarked
package io.perennial.spring.boot.cloud;

import org.jspecify.annotations.NullMarked;
