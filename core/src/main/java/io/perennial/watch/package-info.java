/**
 * The session's watches, and the changes that they report. API only; the code that arms watches and reads again is in
 * {@code io.perennial.internal.watch}.
 */
@NullMarked
package io.perennial.watch;

import org.jspecify.annotations.NullMarked;
