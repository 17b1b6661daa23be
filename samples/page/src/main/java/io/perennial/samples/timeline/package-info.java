/**
 * What happened to sessions over a time, and a page that shows it. The records are what a reader of some source fills in;
 * {@link io.perennial.samples.timeline.TimelinePage} is what it gets. Everything else is how the page is drawn.
 */
@NullMarked
package io.perennial.samples.timeline;

import org.jspecify.annotations.NullMarked;
