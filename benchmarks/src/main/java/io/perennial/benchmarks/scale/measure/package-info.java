/** Measures what a request, a session, a node and a watch cost a real server, for the model's constants. */
@NullMarked
package io.perennial.benchmarks.scale.measure;

import org.jspecify.annotations.NullMarked;
