/**
 * The quickstart. {@link io.perennial.samples.quickstart.Application} uses the library and is the part to copy; the
 * other classes cause faults, check it with an independent client, and print the results.
 */
@NullMarked
package io.perennial.samples.quickstart;

import org.jspecify.annotations.NullMarked;
