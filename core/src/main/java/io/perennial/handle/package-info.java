/**
 * ZooKeeper handles and what can be asked of them: making, gating, attaching to a known session, superseding and ending
 * handles, and the pipelined requests that the restoring packages send on one. A class belongs here when it touches
 * {@code org.apache.zookeeper.ZooKeeper} or stands between it and Curator.
 */
@NullMarked
package io.perennial.handle;

import org.jspecify.annotations.NullMarked;
