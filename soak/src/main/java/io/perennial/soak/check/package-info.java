/**
 * The judges of a random run: each holds one rule, and trusts only the servers, their transaction logs and the clients'
 * histories. A class belongs here when it can find a fault of the library and cannot make one.
 */
@NullMarked
package io.perennial.soak.check;

import org.jspecify.annotations.NullMarked;
