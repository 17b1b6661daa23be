/**
 * The pipelined requests that are sent on a handle to restore a session: bounded in flight, batched, and kept from
 * taking the session down with them. A class belongs here when it is about requests in general, whatever they ask for.
 */
@NullMarked
package io.perennial.internal.request;

import org.jspecify.annotations.NullMarked;
