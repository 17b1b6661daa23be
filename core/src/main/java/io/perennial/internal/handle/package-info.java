/**
 * ZooKeeper handles: making, attaching to a known session, superseding and ending them. A class belongs here when it
 * touches {@code org.apache.zookeeper.ZooKeeper} or stands between it and Curator.
 */
@NullMarked
package io.perennial.internal.handle;

import org.jspecify.annotations.NullMarked;
