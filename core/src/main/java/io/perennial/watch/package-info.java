/**
 * The session's watches: the API, and what arms them, re-reads, and tells what changed. A class belongs here when it
 * decides what a watch's listener hears.
 */
@NullMarked
package io.perennial.watch;

import org.jspecify.annotations.NullMarked;
