/**
 * What the samples' command lines have in common: where they print, how durations are written, what Ctrl-C does. A
 * class belongs here when a second sample needs it.
 */
@NullMarked
package io.perennial.samples.terminal;

import org.jspecify.annotations.NullMarked;
