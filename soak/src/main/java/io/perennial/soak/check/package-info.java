/**
 * The judges of a random run: each checks one rule, and trusts only the servers, their transaction logs and the
 * clients' histories. A class belongs here when it can find a defect of the library and cannot cause one.
 */
@NullMarked
package io.perennial.soak.check;

import org.jspecify.annotations.NullMarked;
