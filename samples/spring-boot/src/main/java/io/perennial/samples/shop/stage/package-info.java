/**
 * The demonstration around the service: the command line, an embedded server, several instances in this JVM with a
 * network in front of each, and an operator who causes faults. None of this belongs in an application.
 */
@NullMarked
package io.perennial.samples.shop.stage;

import org.jspecify.annotations.NullMarked;
