/**
 * What the service is shown on: the command line, an embedded server, several instances in this JVM with a network before
 * each, and somebody who makes trouble. Nothing of it belongs into an application.
 */
@NullMarked
package io.perennial.samples.shop.stage;

import org.jspecify.annotations.NullMarked;
