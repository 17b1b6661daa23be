/**
 * What happens before each connection attempt: which servers there are, whether one answers, how long to pause, whether
 * to connect at all. A class belongs here when it decides where and when a handle connects.
 */
@NullMarked
package io.perennial.internal.connect;

import org.jspecify.annotations.NullMarked;
