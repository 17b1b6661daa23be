/**
 * What arms watches, reads again after each event and each outage, and hands listeners the newest state. A class
 * belongs here when it decides what a watch's listener hears.
 */
@NullMarked
package io.perennial.internal.watch;

import org.jspecify.annotations.NullMarked;
