/** The quickstart: one program, one embedded server. */
@NullMarked
package io.perennial.samples.quickstart;

import org.jspecify.annotations.NullMarked;
