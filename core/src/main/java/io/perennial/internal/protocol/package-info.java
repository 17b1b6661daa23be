/**
 * What ZooKeeper's protocol means: the kinds of error, what a packet may hold, what a request that breaks a connection
 * deserves. It is below every package that sends requests, and depends on ZooKeeper's client alone. A rule that two
 * senders of requests must agree on belongs here.
 */
@NullMarked
package io.perennial.internal.protocol;

import org.jspecify.annotations.NullMarked;
