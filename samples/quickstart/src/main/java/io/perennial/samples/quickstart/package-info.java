/**
 * The quickstart. {@link io.perennial.samples.quickstart.Application} uses the library and is the part to copy; the other
 * classes make trouble for it, look at it with a client of their own, and print what they see.
 */
@NullMarked
package io.perennial.samples.quickstart;

import org.jspecify.annotations.NullMarked;
