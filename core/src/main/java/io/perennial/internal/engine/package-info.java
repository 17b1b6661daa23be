/**
 * What a session's machinery runs on: the event loop with its clock, the threads, the serial callbacks, back-off and
 * throttled logging. It knows nothing of ZooKeeper. A class belongs here if it would serve any supervised client.
 */
@NullMarked
package io.perennial.internal.engine;

import org.jspecify.annotations.NullMarked;
