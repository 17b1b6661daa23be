/**
 * The program that shows a session's journal as a page: the command line, and the sources that it reads. How a
 * recording is read and a page is drawn is in {@code io.perennial.samples.timeline}, because other samples do it too.
 */
@NullMarked
package io.perennial.samples.journal;

import org.jspecify.annotations.NullMarked;
